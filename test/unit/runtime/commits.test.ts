import { describe, expect, it } from 'vitest'
import type { CommittedOffset } from '../../../src/domain/model/cluster.ts'
import { BrokerError } from '../../../src/errors.ts'
import { Commits } from '../../../src/runtime/commits.ts'

const place = { topic: 't', partition: 0 }

describe('commits', () => {
  it('D7, O5: what materialised while a transaction was under way is committed after it', async () => {
    const written: CommittedOffset[] = []
    const commits = new Commits({
      commit: async (offsets) => {
        written.push(...offsets)
        return offsets.map(() => ({ ...place, problem: null }))
      },
      committed: () => {},
      failed: () => {},
    })
    commits.open(place, 0)
    const acknowledged = Promise.withResolvers<void>()
    const offset = { ...place, offset: 5n, metadata: '', leaderEpoch: null }
    const transaction = commits.transact(offset, () => acknowledged.promise)
    commits.store(place, 9, 'late')
    acknowledged.resolve()
    await transaction
    expect(await commits.flush()).toBe(true)
    expect(written).toMatchObject([{ offset: 9n, metadata: 'late' }])
  })

  it('what a cluster has against a commit is told as an error', async () => {
    const problem = { code: 'unreachable', message: 'no answer', outcome: 'later' } as const
    const errors: unknown[] = []
    const commits = new Commits({
      commit: async (offsets) => offsets.map(() => ({ ...place, problem })),
      committed: () => {},
      failed: (_, error) => void errors.push(error),
    })
    commits.open(place, 0)
    commits.store(place, 9, '')
    expect(await commits.flush()).toBe(false)
    expect(errors).toEqual([new BrokerError('unreachable', 'no answer')])
    expect(errors).toMatchObject([{ code: 'unreachable' }])
  })
})
