import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ConsumptionDocument } from '../../src/domain/model/consumption.ts'
import type { LocalStateDocument } from '../../src/domain/model/local-state.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'
import {
  ALL,
  consumingFolder,
  EVERY_PLACE,
  linesOf,
  PER_PARTITION,
  placesIn,
  signalWhen,
} from '../support/e2e/consuming.ts'
import { documentFrom } from '../support/e2e/documents.ts'

const demo = fileURLToPath(new URL('../../examples/consume-demo.ts', import.meta.url))
const done = { stderr: '', exitCode: 0, signal: null }

/** A consumer that never ends, and says when it was told to. */
const STUCK = `
import { writeFileSync } from 'node:fs'
process.on('SIGTERM', () => writeFileSync('signalled', ''))
export default {
  eachBatch() {
    writeFileSync('begun', '')
    return new Promise(() => setInterval(() => {}, 60_000))
  },
}`

/** The summary, which is the last line. */
const summaryOf = (result: { stdout: string }) =>
  linesOf(result.stdout).at(-1) as unknown as ConsumptionDocument

describe.concurrent('pstool consume', () => {
  it('consumes the demo cluster to its end, and finds nothing the second time', async () => {
    using folder = folderWith()
    const cwd = { cwd: folder.path }
    expect(await pstool(['init', '--demo'], cwd)).toMatchObject(done)
    const first = await pstool(['consume', demo, '--until-end'], cwd)
    expect(first).toMatchObject(done)
    expect(first.stdout).toContain('demo: 6,000 messages consumed, up to the end\n')
    expect(first.stdout).toMatch(/ user_events#0 +2,412 +2,412 +0\n/)
    const second = await pstool(['consume', demo, '--until-end', '--json'], cwd)
    expect(second).toMatchObject(done)
    expect(summaryOf(second)).toMatchObject({ ended: 'end', messages: 0, segments: null })
  })

  it('tells every event as a line of JSON, the summary last', async () => {
    using folder = await consumingFolder()
    const result = await folder.consume('log.ts -g g --vps 3 --until-end --json')
    expect(result).toMatchObject(done)
    const lines = linesOf(result.stdout)
    expect(lines[0]).toMatchObject({ event: 'runtime.started', group: 'g', concurrency: 5 })
    expect(lines.at(-2)).toMatchObject({ event: 'runtime.stopped' })
    const finished = lines.filter(({ event }) => event === 'job.finished')
    const counted = finished.reduce((sum, { messages }) => sum + Number(messages), 0)
    expect(summaryOf(result)).toMatchObject({
      ...{ kind: 'consumption', ended: 'end', messages: ALL, jobs: finished.length },
      partitions: [0, 1, 2, 3].map((partition) => ({
        ...{ partition, messages: PER_PARTITION, committed: String(PER_PARTITION), lag: 0 },
      })),
    })
    expect(counted).toBe(ALL)
    expect(placesIn(folder.log())).toEqual(EVERY_PLACE)
    const used = new Set(folder.log().map(({ virtualPartition }) => virtualPartition))
    expect([...used].sort()).toEqual([0, 1, 2])
  })

  it('C1, D2: a message that keeps failing is retried collapsed, then is a dead letter', async () => {
    using folder = await consumingFolder()
    const flags = '--vps 3 --dead-letter-topic dead --max-retries 1 --until-end'
    const result = await folder.consume(`log.ts -g g ${flags}`, { env: { BAD: '1:20' } })
    expect(result.exitCode).toBe(0)
    expect(result.stderr.split('\n')).toEqual([
      expect.stringMatching(/^consumer\.consume\.error \(events#1, .* attempt 1\): a bad message$/),
      expect.stringMatching(/^consumer\.consume\.error \(events#1, .* attempt 2\): a bad message$/),
      expect.stringMatching(/^events#1 offset 20 written to dead after 2 attempts: /),
      '',
    ])
    expect(result.stdout).toMatch(/2 jobs failed; 1 retry, \d collapse/)
    const bad = folder.log().filter(({ partition, offset }) => partition === 1 && offset === 20)
    expect(bad).toMatchObject([
      { collapsed: false, attempt: 1 },
      { collapsed: true, attempt: 2 },
    ])
    expect(placesIn(folder.log())).toEqual(EVERY_PLACE)
    const cwd = { cwd: folder.path }
    const dump = await documentFrom<LocalStateDocument>(['local', 'dump', 'local:c.db'], cwd)
    expect(dump.topics.dead).toMatchObject({ messages: [{ value: '{"n":81}' }] })
    expect(dump.groups.g?.events?.['1']).toBe('60')
  })

  it('L3: Ctrl-C lets jobs end and commits; the next run goes on without a loss', async () => {
    using folder = await consumingFolder()
    const args = 'log.ts -g g --vps 2 --max-messages 10 --json'
    const first = await folder.consume(`${args} --trace trace.json`, {
      env: { SLOW: '15' },
      onStart: signalWhen('SIGINT', () => folder.log().length >= 30),
    })
    expect(first).toMatchObject({ stderr: '', exitCode: 130, signal: null })
    const stopped = summaryOf(first)
    expect(stopped.ended).toBe('interrupted')
    const seen = folder.log()
    expect(seen.length).toBeLessThan(ALL)
    // A message whose job was cut short is counted where it was consumed.
    expect(stopped.messages).toBe(seen.length)
    const committed = new Map(
      stopped.partitions.map(({ partition, committed }) => [partition, Number(committed ?? 0)]),
    )
    expect([...committed.values()].some((offset) => offset > 0)).toBe(true)
    // I2: the committed position has not passed a message that was not consumed.
    const passed = EVERY_PLACE.filter((place) => {
      const [partition, offset] = place.split(':').map(Number)
      return offset! < committed.get(partition!)!
    })
    expect(placesIn(seen)).toEqual(expect.arrayContaining(passed))
    const trace = JSON.parse(readFileSync(join(folder.path, 'trace.json'), 'utf8'))
    expect(trace.ownerships.map(({ end }: { end: string }) => end)).toContain('stopped')

    const second = await folder.consume(`${args} --until-end`)
    expect(second).toMatchObject(done)
    expect(placesIn(folder.log())).toEqual(EVERY_PLACE)
    const again = folder.log().slice(seen.length)
    // O7: what was committed does not come again.
    expect(again.filter(({ partition, offset }) => offset < committed.get(partition)!)).toEqual([])
  })

  it('L3: a second signal ends at once, whatever still runs', async () => {
    using folder = await consumingFolder({ 'stuck.ts': STUCK })
    const has = (name: string) => () => existsSync(join(folder.path, name))
    const result = await folder.consume('stuck.ts -g g', {
      onStart(child) {
        signalWhen('SIGTERM', has('begun'))(child)
        signalWhen('SIGTERM', has('signalled'))(child)
      },
    })
    expect(result).toEqual({ stdout: '', stderr: '', exitCode: 143, signal: null })
  })

  it('ends at the first signal while the module still loads', async () => {
    using folder = await consumingFolder({
      'loading.mjs': `
        import { writeFileSync } from 'node:fs'
        writeFileSync('begun', '')
        await new Promise(() => setInterval(() => {}, 60_000))`,
    })
    const result = await folder.consume('loading.mjs -g g', {
      onStart: signalWhen('SIGINT', () => existsSync(join(folder.path, 'begun'))),
    })
    expect(result).toEqual({ stdout: '', stderr: '', exitCode: 130, signal: null })
  })

  it('gives up jobs after --shutdown-timeout, and ends', async () => {
    using folder = await consumingFolder({ 'stuck.ts': STUCK })
    const result = await folder.consume('stuck.ts -g g --shutdown-timeout 100ms', {
      onStart: signalWhen('SIGTERM', () => existsSync(join(folder.path, 'begun'))),
    })
    expect(result).toMatchObject({ stderr: '', exitCode: 143, signal: null })
    expect(result.stdout).toContain('g: 0 messages consumed, then interrupted')
  })

  it('I7: what processes consume with --segment-ids is the topic, each message once', async () => {
    using folder = await consumingFolder()
    const args = 'log.ts -g g --segments 3 --until-end --json'
    const [some, rest] = await Promise.all([
      folder.consume(`${args} --segment-ids 0,2`),
      folder.consume(`${args} --segment-ids 1`),
    ])
    expect(some).toMatchObject(done)
    expect(rest).toMatchObject(done)
    expect(summaryOf(some)).toMatchObject({ group: 'g', segments: [0, 2] })
    expect(summaryOf(some).messages + summaryOf(rest).messages).toBe(ALL)
    expect(folder.log()).toHaveLength(ALL)
    expect(placesIn(folder.log())).toEqual(EVERY_PLACE)
    const groups = summaryOf(rest).partitions.map(({ group }) => group)
    expect(new Set(groups)).toEqual(new Set(['g-parallel-1']))
  })

  it('consumes in threads: the module of the file, or what it exports', async () => {
    using folder = await consumingFolder({
      'package.json': '{"type":"commonjs"}',
      'defined.ts': `
        import { Consumer, defineConsumer } from 'pstool'
        import { appendFileSync } from 'node:fs'
        import { threadId } from 'node:worker_threads'
        export class Log extends Consumer {
          consume() {
            for (const { partition, offset } of this.messages) {
              const line = { partition, offset: Number(offset), thread: threadId }
              appendFileSync('log.ndjson', JSON.stringify(line) + '\\n')
            }
          }
        }
        export default defineConsumer({
          group: 'defined', concurrency: 2,
          topics: [{ topic: /^ev/, consumer: Log, execution: 'threads' }],
        })`,
    })
    expect(await folder.consume('log.ts -g g --threads --until-end')).toMatchObject(done)
    expect(await folder.consume('defined.ts --until-end')).toMatchObject(done)
    expect(folder.log()).toHaveLength(2 * ALL)
    expect(folder.log().every(({ thread }) => thread > 0)).toBe(true)
  })

  it('stops at --limit, and at once where there is nothing', async () => {
    using folder = await consumingFolder()
    const limited = await folder.consume('log.ts -g g --max-messages 5 --limit 20 --json')
    expect(limited).toMatchObject(done)
    const { ended, messages } = summaryOf(limited)
    expect(ended).toBe('limit')
    expect(messages).toBeGreaterThanOrEqual(20)
    expect(messages).toBeLessThan(ALL)
    const args = 'consume log.ts -g g --source local:c.db/empty --until-end --format csv'
    const empty = await pstool(args.split(' '), { cwd: folder.path })
    expect(empty).toMatchObject(done)
    expect(empty.stdout).toMatch(/^group,segment,topic,partition,messages,committed,lag\r?\n/)
  })

  it('takes what the configuration has for the group, under what flags say', async () => {
    const groups = { g: { segments: 2, topics: ['events'], strategy: 's' } }
    const strategies = { s: { segments: 2, virtualPartitions: 2, reducer: 'md5' } }
    const config = { clusters: { c: 'local:c.db' }, groups, strategies }
    using folder = await consumingFolder({ 'pstool.config.json': JSON.stringify(config) })
    const args = ['consume', 'log.ts', '-g', 'g', '--until-end', '--json']
    const first = await pstool(args, { cwd: folder.path })
    expect(first).toMatchObject(done)
    expect(summaryOf(first)).toMatchObject({ segments: [0, 1], messages: ALL })
    const log = folder.log()
    expect(new Set(log.map(({ virtualPartition }) => virtualPartition))).toEqual(new Set([0, 1]))
    // P5: the same key and reducer in both layers leave each segment one virtual partition of two.
    expect(log.filter(({ segment, virtualPartition }) => segment !== virtualPartition)).toEqual([])
    const second = await pstool([...args, '--segments', '1', '--vps', '3'], { cwd: folder.path })
    expect(second).toMatchObject(done)
    expect(summaryOf(second)).toMatchObject({ group: 'g', segments: null, messages: ALL })
    const again = folder.log().slice(log.length)
    expect(new Set(again.map(({ segment }) => segment))).toEqual(new Set([null]))
    expect(new Set(again.map(({ virtualPartition }) => virtualPartition)).size).toBe(3)
  })
})
