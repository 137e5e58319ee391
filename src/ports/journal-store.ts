import type { DocumentHeader } from '../domain/model/document.ts'

/** Keeps journals where they survive the process and the machine. */
export interface JournalStore {
  /**
   * Writes a new journal under a name that no other has. File and folder are synced when it
   * resolves: only then may anything be written to the cluster (M8).
   * @param about what the name begins with, as `distribute-analytics`
   * @returns the path, as a user may type it
   * @throws UsageError where it cannot be written
   */
  create(about: string, journal: DocumentHeader<string>): Promise<string>
  /** Puts another in its place, whole and synced, or leaves the old one. @throws UsageError */
  replace(path: string, journal: DocumentHeader<string>): Promise<void>
}
