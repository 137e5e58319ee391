import type {
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
} from '../../ports/consumer-source.ts'
import type { MemoryCluster } from './memory-cluster.ts'
import { MemoryGroupSession } from './memory-group-session.ts'

/**
 * Consumes a cluster in memory, alone or beside other sources on it: for embedding, and for
 * simulations, because it waits for nothing but microtasks and does the same thing every time.
 */
export class MemoryConsumerSource implements ConsumerSource {
  readonly name = 'memory'
  readonly canTransact = true
  private readonly cluster: MemoryCluster
  private readonly sessions = new Set<GroupSession>()

  constructor(cluster: MemoryCluster) {
    this.cluster = cluster
  }

  async join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession> {
    const coordinator = this.cluster.coordinator(request.group)
    const member = coordinator.join(request, listener)
    const session = new MemoryGroupSession(this.cluster, coordinator, member)
    this.sessions.add(session)
    return session
  }

  async close(): Promise<void> {
    for (const session of this.sessions) await session.leave()
    this.sessions.clear()
  }
}
