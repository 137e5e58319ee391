import type { CommittingMember } from '../groups/requests/offset-commit.ts'

/** A membership as it stands: another object for each generation, or epoch. */
export type MemberIdentity = CommittingMember

/** What commits and positions need of a membership. */
export interface Member {
  /** null while the group does not know us. */
  readonly identity: MemberIdentity | null
  /** Resolves when it is another one, or was confirmed; asks the coordinator for that right away. */
  renewed(stale: MemberIdentity | null): Promise<void>
}

/** A membership of either protocol. */
export interface Membership extends Member {
  /** Joins, and keeps the membership until it is left or fails. Never rejects. */
  run(): Promise<void>
  /** Gives the membership up. Never rejects. */
  leave(): Promise<void>
}

/** Who holds an identity, and who waits for another one. */
export class Identities implements Pick<Member, 'identity'> {
  identity: MemberIdentity | null = null
  private waiting: (() => void)[] = []

  /** Also when it is the same: then it was confirmed. */
  publish(identity: MemberIdentity | null): void {
    this.identity = identity
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  /** Resolves at once when the stale one is not the one that holds. */
  async after(stale: MemberIdentity | null): Promise<void> {
    if (this.identity !== stale) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.waiting.push(resolve)
    await promise
  }
}
