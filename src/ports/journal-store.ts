import type { OffsetJournalDocument } from '../domain/offsets/journal.ts'

/** Keeps journals where they survive the process and the machine. */
export interface JournalStore {
  /**
   * Writes a new journal under a name that no other has. File and folder are synced when it
   * resolves: only then may anything be written to the cluster (M8).
   * @returns the path, as a user may type it
   * @throws UsageError where it cannot be written
   */
  create(journal: OffsetJournalDocument): Promise<string>
  /** Puts another in its place, whole and synced, or leaves the old one. @throws UsageError */
  replace(path: string, journal: OffsetJournalDocument): Promise<void>
}
