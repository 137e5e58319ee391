import type {
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
} from '../../ports/consumer-source.ts'
import { openDatabase } from './local-database.ts'
import { LocalGroupSession } from './local-group-session.ts'
import { LocalMembership, type MembershipSettings } from './local-membership.ts'

export interface LocalConsumerSourceOptions extends Partial<MembershipSettings> {}

/** Without a sign of life for so long a process counts as dead. */
const LEASE_MS = 10_000
/** A poll that waits, and a member that others make room for, wait about that long at most. */
const POLL_MS = 75

/**
 * Consumes an embedded cluster; other processes may consume the same file. A process that does not
 * get to run for longer than `leaseMs` loses its partitions, as one that was killed.
 */
export class LocalConsumerSource implements ConsumerSource {
  readonly name = 'local'
  readonly canTransact = true
  private readonly path: string
  private readonly settings: MembershipSettings
  private readonly sessions = new Set<GroupSession>()

  private constructor(path: string, options: LocalConsumerSourceOptions) {
    this.path = path
    this.settings = { leaseMs: LEASE_MS, pollMs: POLL_MS, now: Date.now, ...options }
  }

  /** @throws UsageError when there is no such file, InputError for one that is something else */
  static open(path: string, options: LocalConsumerSourceOptions = {}): LocalConsumerSource {
    openDatabase(path).close()
    return new LocalConsumerSource(path, options)
  }

  async join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession> {
    const database = openDatabase(this.path)
    try {
      const membership = new LocalMembership(database, request, listener, this.settings)
      const session = new LocalGroupSession(database, membership)
      this.sessions.add(session)
      return session
    } catch (error) {
      database.close()
      throw error
    }
  }

  async close(): Promise<void> {
    for (const session of this.sessions) await session.leave()
    this.sessions.clear()
  }
}
