import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { OffsetResultDocument } from '../../src/domain/offsets/journal.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { type CliResult, documentOf } from '../support/cli.ts'
import { coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { freePorts } from '../support/kafka/ports.ts'
import { produce } from '../support/kafka/produce.ts'
import { BrokerProxy, type Fate, type ProxiedRequest } from '../support/kafka/proxy.ts'
import { createTopic, deleteTopics } from '../support/kafka/topics.ts'
import { KafkaRun } from '../support/segments/kafka-run.ts'
import { journalsIn } from '../support/segments/killed-everywhere.ts'

const brokers = inject('kafkaBrokers')
const at = ['--groups', 'analytics', '--segments', '3', '--quiet-window', '0']
const distribute = ['distribute', ...at, '--yes', '--json']
const offsets = { user_events: { '0': { offset: 30, metadata: 'm', leaderEpoch: 2 }, '1': 40 } }

let admin: GroupAdmin
let topic: string

beforeAll(async () => {
  admin = openGroups(brokers)
  await coordinatorsReady(admin)
  topic = await createTopic(brokers, 'trouble', { partitions: 2 })
  const messages = Array.from({ length: 100 }, (_, i) => ({
    key: null,
    value: 'v',
    partition: i % 2,
  }))
  await produce(brokers, topic, messages)
})

afterAll(async () => {
  await admin.close()
  await deleteTopics(brokers, topic)
})

const runOf = () =>
  KafkaRun.of({ brokers, admin, topics: { user_events: topic } }, { analytics: offsets })
const through = (run: KafkaRun, proxy: BrokerProxy, args: readonly string[]) =>
  run.pstool(['segments', ...args, '--cluster', `kafka://${proxy.brokers}?timeout-ms=5000`])

/** The nth request of a name has this fate, all others pass. */
const nth = (name: string, n: number, fate: Fate) => {
  let seen = 0
  return (request: ProxiedRequest): Fate => (request.name === name && ++seen === n ? fate : 'pass')
}
const doneWith = (result: CliResult) => {
  expect(result).toMatchObject({ stderr: '', exitCode: 0 })
  return documentOf<OffsetResultDocument>(result)
}
const distributed = async (run: KafkaRun) => {
  const same = {
    'user_events#0': { offset: '30', metadata: 'm', leaderEpoch: 2 },
    'user_events#1': { offset: '40', metadata: '', leaderEpoch: null },
  }
  const segments = [0, 1, 2].map((id) => [`analytics-parallel-${id}`, same])
  expect(await run.groups()).toEqual({ analytics: same, ...Object.fromEntries(segments) })
}

describe.concurrent('a network that loses what matters', () => {
  it('the answer to a commit: reading back settles that it was heeded', async () => {
    await using run = await runOf()
    await using proxy = await BrokerProxy.before(brokers)
    proxy.fateOf = nth('OffsetCommit', 2, 'cut after')
    const result = doneWith(await through(run, proxy, distribute))
    expect(result).toMatchObject({ state: 'done', written: 6, differences: [] })
    expect(proxy.counts().OffsetCommit).toBe(3)
    await distributed(run)
  })

  it('a commit itself: reading back settles that it was not heeded, and it is sent again', async () => {
    await using run = await runOf()
    await using proxy = await BrokerProxy.before(brokers)
    proxy.fateOf = nth('OffsetCommit', 2, 'cut before')
    const result = doneWith(await through(run, proxy, distribute))
    expect(result).toMatchObject({ state: 'done', written: 6, differences: [] })
    expect(proxy.counts().OffsetCommit).toBe(4)
    await distributed(run)
  })

  it('the answer to a deletion', async () => {
    await using run = await runOf()
    doneWith(await run.segments(distribute))
    await using proxy = await BrokerProxy.before(brokers)
    proxy.fateOf = nth('OffsetDelete', 1, 'cut after')
    doneWith(await through(run, proxy, ['rescale', ...at, '--to', '1', '--yes', '--json']))
    expect(Object.keys(await run.groups())).toEqual(['analytics'])
  })

  it.each(['ListGroups', 'OffsetFetch', 'Metadata', 'ListOffsets', 'DescribeGroups'])(
    'the answer to %s, which is asked again',
    async (name) => {
      await using run = await runOf()
      await using proxy = await BrokerProxy.before(brokers)
      proxy.fateOf = nth(name, 1, 'cut after')
      doneWith(await through(run, proxy, distribute))
      await distributed(run)
    },
  )
})

describe.concurrent('a broker that is not there', () => {
  it('from the start: exit 4, and nothing was tried', async () => {
    await using run = await runOf()
    const [port] = await freePorts(1)
    const cluster = `kafka://127.0.0.1:${port}?timeout-ms=2000`
    const result = await run.pstool(['segments', ...distribute.slice(0, -1), '--cluster', cluster])
    expect(result).toMatchObject({ exitCode: 4, stdout: '' })
    expect(result.stderr).toContain(`127.0.0.1:${port}`)
    expect(journalsIn(run)).toEqual([])
  })

  it('takes connections and says nothing: exit 4', async () => {
    await using run = await runOf()
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const cluster = `kafka://127.0.0.1:${port}?timeout-ms=2000`
    const result = await run.pstool(['segments', ...distribute.slice(0, -1), '--cluster', cluster])
    silent.close()
    expect(result).toMatchObject({ exitCode: 4, stdout: '' })
    expect(journalsIn(run)).toEqual([])
  })

  it.each([
    { way: 'resume', args: [] },
    { way: 'restore', args: ['--yes', '--quiet-window', '0'] },
  ])(
    'goes after the first write: exit 5 with the journal, and $way once it is back',
    async (one) => {
      await using run = await runOf()
      const before = await run.dump()
      await using proxy = await BrokerProxy.before(brokers)
      let commits = 0
      proxy.fateOf = ({ name }) => {
        if (name === 'OffsetCommit' && ++commits === 2) proxy.down()
        return 'pass'
      }
      const cut = await through(run, proxy, distribute.slice(0, -1))
      expect(cut).toMatchObject({ exitCode: 5, stdout: '' })
      const [journal] = journalsIn(run)
      expect(cut.stderr).toContain('stopped after writing began')
      expect(cut.stderr).toContain(`Go on:   pstool segments resume ${run.told(journal!)}`)
      expect(cut.stderr).toContain(`Go back: pstool segments restore ${run.told(journal!)}`)
      expect(Object.keys(await run.groups())).toContain('analytics-parallel-0')
      proxy.up()
      // The journal knows the cluster's address.
      const { exitCode } = await run.pstool(['segments', one.way, journal!, ...one.args])
      expect(exitCode).toBe(0)
      if (one.way === 'restore') expect(await run.dump()).toBe(before)
      else await distributed(run)
    },
  )
})

describe('16 segments on 1,000 partitions', () => {
  const SEGMENTS = 16
  const PARTITIONS = 1000

  it('takes as many requests as there are groups, and no more for the partitions', async () => {
    const wide = await createTopic(brokers, 'segments-wide', { partitions: PARTITIONS })
    await using run = await KafkaRun.of(
      { brokers, admin, topics: { user_events: wide } },
      {
        analytics: {
          user_events: Object.fromEntries(Array.from({ length: PARTITIONS }, (_, i) => [i, 0])),
        },
      },
    )
    const wideAt = ['--groups', 'analytics', '--segments', String(SEGMENTS), '--quiet-window', '0']
    await using proxy = await BrokerProxy.before(brokers)
    doneWith(await through(run, proxy, ['distribute', ...wideAt, '--plan-out', 'p.json', '--json']))
    const planned = proxy.requests.length
    const result = doneWith(await through(run, proxy, ['apply', 'p.json', '--yes', '--json']))
    expect(result).toMatchObject({ state: 'done', written: SEGMENTS * PARTITIONS, differences: [] })
    expect(proxy.counts().OffsetCommit).toBe(SEGMENTS)
    // Beside the commits: three looks at the cluster, of a dozen requests at most each.
    expect(planned).toBeLessThanOrEqual(15)
    expect(proxy.requests.length - planned - SEGMENTS).toBeLessThanOrEqual(40)
    const segment = `${run.origin}-parallel-${SEGMENTS - 1}`
    const [last] = await admin.fetchOffsets([segment], [wide])
    expect(last!.offsets).toHaveLength(PARTITIONS)
    await deleteTopics(brokers, wide)
  })
})
