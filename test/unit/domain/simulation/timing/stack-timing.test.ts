import { describe, expect, it } from 'vitest'
import { customPartitioner } from '../../../../../src/domain/routing/partitioners.ts'
import { Simulator } from '../../../../../src/domain/simulation/simulator.ts'
import { RoutingError } from '../../../../../src/errors.ts'
import { batchOf, defaults, type Row, read, simulated, strategyOf } from '../messages.ts'
import { failing, letters, timed } from './timed.ts'

/** By byte-sum over two, `a` and `c` are in VP 1, `b` and `d` in VP 0. */
const TWO = { virtualPartition: 2 }

describe('how long draining takes', () => {
  it('V7: a batch waits for its fullest VP, unless batches overlap', () => {
    const rows = letters('aabbba')
    const options = { maxMessages: 3 }
    expect(timed(TWO, rows, {}, options)).toMatchObject({
      seconds: 0.04,
      utilization: 0.75,
      messagesPerSecond: 150,
      batches: 2,
      limit: { what: 'fullest of each batch', seconds: 0.04 },
    })
    expect(timed(TWO, rows, { overlap: true }, options)).toMatchObject({
      seconds: 0.03,
      utilization: 1,
      limit: { what: 'heaviest key chain', seconds: 0.03 },
    })
  })

  it('V8: partitions that are fetched ahead take turns by what is left, so none ends late', () => {
    const rows = [...letters('abababab', 0), ...letters('aaaaaaaa', 1)]
    expect(timed(TWO, rows, { overlap: true }, { maxMessages: 2 }).seconds).toBe(0.08)
  })

  it('V7: without VPs a partition runs one job at a time', () => {
    const rows = [...letters('abcd', 0), ...letters('ab', 1)]
    const timing = timed({}, rows, { concurrency: 10 })
    expect(timing).toMatchObject({ seconds: 0.04, utilization: 0.06 / 0.4 })
    expect(timing.limits).toEqual([
      { what: 'fullest partition', seconds: 0.04 },
      { what: 'heaviest key chain', seconds: 0.01 },
      { what: 'total / concurrency', seconds: 0.006 },
    ])
  })

  it('names the VP where several keys share one, and the key where it is alone', () => {
    const timing = timed(TWO, letters('acacb'), { overlap: true })
    expect(timing.limit).toEqual({ what: 'fullest virtual partition', seconds: 0.04 })
    expect(timed({ virtualPartition: 4 }, letters('acacb'), { overlap: true }).limit).toEqual({
      what: 'total / concurrency',
      seconds: 0.025,
    })
  })

  it('V2: a batch with a message that cannot be placed runs as one job', () => {
    const partitioner = customPartitioner('picky', ({ key }) => {
      if (key?.[0] === 120) throw new RoutingError('test.refused', 'no x')
      return key
    })
    expect(timed({ ...TWO, partitioner }, letters('abx')).seconds).toBe(0.03)
    expect(timed({ ...TWO, partitioner }, letters('abb')).seconds).toBe(0.02)
  })

  it('V2: keys that are dealt anew beside batches before bound nothing', () => {
    const partitioner = customPartitioner('picky', ({ key }) => {
      if (key?.[0] === 120) throw new RoutingError('test.refused', 'no x')
      return key
    })
    const stack = { ...TWO, partitioner }
    const timing = timed(stack, letters('aaaaax'), { overlap: true }, { maxMessages: 3 })
    expect(timing.seconds).toBe(0.03)
    expect(timing.limits).toEqual([{ what: 'total / concurrency', seconds: 0.03 }])
  })

  it('V3: balanced batches that overlap take no less than the heaviest key', () => {
    const given = { maxMessages: 5, distribution: 'balanced' } as const
    const timing = timed(TWO, letters('aaaaabbbaabbbaa'), { overlap: true }, given)
    expect(timing.seconds).toBe(0.11)
    expect(timing.limits[0]).toEqual({ what: 'heaviest key chain', seconds: 0.09 })
  })

  it('V3: balanced batches are dealt anew by the size of their keys', () => {
    expect(timed(TWO, letters('aacc'), {}, { distribution: 'consistent' }).seconds).toBe(0.04)
    expect(timed(TWO, letters('aacc'), {}, { distribution: 'balanced' }).seconds).toBe(0.02)
  })

  it('P2, P3: each segment is a process that runs its own messages, and the slowest counts', () => {
    const layers = { segment: 2, virtualPartition: 2, reducer: 'byte-sum' }
    const timing = timed(layers, letters('acacb'), {}, { maxMessages: 2 })
    expect(timing).toMatchObject({ processes: 2, seconds: 0.04, batches: 3, utilization: 5 / 16 })
    expect(
      timing.perProcess.map(({ segment, messages, seconds }) => [segment, messages, seconds]),
    ).toEqual([
      [0, 1, 0.01],
      [1, 4, 0.04],
    ])
  })

  it('gives each member the partitions that it owns', () => {
    const rows = [0, 1, 2].flatMap((partition) => letters('ab'.repeat(partition + 1), partition))
    const timing = timed({}, rows, {}, { members: 2, topicPartitions: 3 })
    expect(timing.processes).toBe(2)
    expect(timing.perProcess).toMatchObject([
      { segment: null, member: 0, messages: 6, seconds: 0.04 },
      { segment: null, member: 1, messages: 6, seconds: 0.06 },
    ])
  })

  it('R7: predicted partitions are those of the lane, where keyless messages take turns', () => {
    const rows = Array.from({ length: 6 }, () => [null] as const)
    expect(timed({ partition: 3 }, rows, { concurrency: 3 }).seconds).toBe(0.02)
  })

  it('is nothing of no messages at all', () => {
    const none = timed(TWO, [], { failRate: 0.1 })
    expect(none).toMatchObject({ seconds: 0, messagesPerSecond: 0, utilization: 0 })
  })
})

describe('what failures cost', () => {
  it('E1, E2, C1, O7: the others end, a pause, and what is not marked runs again, collapsed', () => {
    const timing = timed(TWO, letters('abab'), { concurrency: 1, ...failing('foooo') })
    expect(timing.seconds).toBe(1.05)
    expect(timing.failures).toEqual({
      failed: 1,
      retries: 1,
      collapsedBatches: 1,
      collapsedMessages: 2,
      backOffSeconds: 1,
      secondsWithout: 0.04,
    })
  })

  it('O2: what came before the failed message in its job is not run again', () => {
    const timing = timed(TWO, letters('aaa'), failing('ofoo'))
    expect(timing.seconds).toBe(1.04)
    expect(timing.failures).toMatchObject({ collapsedMessages: 2 })
  })

  it('E2: the pause doubles with each failure in a row', () => {
    const timing = timed(TWO, letters('a'), failing('fffo'))
    expect(timing.seconds).toBe(7.04)
    expect(timing.failures).toMatchObject({ failed: 3, retries: 3, backOffSeconds: 7 })
  })

  it('C1: leaves out the limit of batches, which are cut elsewhere after a failure', () => {
    const { limits } = timed(TWO, letters('abab'), failing('o'))
    expect(limits.map(({ what }) => what)).not.toContain('fullest of each batch')
    expect(limits).toHaveLength(3)
  })

  it('C1: the batch after the failed one is virtual again', () => {
    const timing = timed(TWO, letters('abab'), failing('foooooo'), { maxMessages: 2 })
    expect(timing.failures).toMatchObject({ collapsedBatches: 1, collapsedMessages: 1 })
    expect(timing.seconds).toBe(1.03)
  })

  it('befall each process by chance of its own', () => {
    const timing = timed({ segment: 2 }, letters('ab'.repeat(200)), { failRate: 0.1 })
    const [one, other] = timing.perProcess
    expect(one!.messages).toBe(other!.messages)
    expect(one!.seconds).not.toBe(other!.seconds)
  })

  it('E4: other partitions go on while one is paused', () => {
    const rows = [...letters('a', 0), ...letters('bbbbbbbb', 1)]
    const timing = timed({}, rows, { concurrency: 1, ...failing('fooooooooo') })
    expect(timing.seconds).toBe(0.01 + 1 + 0.01)
    expect(timing.utilization).toBeCloseTo(0.1 / 1.02, 12)
  })
})

describe('what is timed', () => {
  const rows = Array.from({ length: 1500 }, (_, i): Row => [`k${Math.floor(Math.sqrt(i))}`, i % 3])
  const distinct = rows.map(([, partition = 0], i): Row => [`k${i}`, partition])

  it('is as much of every partition as memory holds, equally much of each', () => {
    const timing = timed(TWO, rows, {}, { maxMemoryBytes: 0x4000 })
    const all = timed(TWO, rows)
    // Half of the memory, 16 bytes a message and 8 a key; of what fits it halves at most twice.
    const others = timed(TWO, distinct, {}, { maxMemoryBytes: 0x4000 })
    expect(others.messages).toBeGreaterThan(0x2000 / 24 / 4)
    expect(others.messages).toBeLessThanOrEqual(0x2000 / 24)
    expect(all).toMatchObject({ perPartition: null, messages: 1500 })
    expect(timing.perPartition).toBeGreaterThan(50)
    expect(timing.messages).toBe(3 * timing.perPartition!)
    const first = rows.slice(0, timing.messages)
    expect(timing).toEqual({ ...timed(TWO, first), perPartition: timing.perPartition })
  })

  it('gets less by halves where partition comes after partition', () => {
    const inTurn = distinct.toSorted((a, b) => a[1]! - b[1]!)
    // 341 fit: the first partition is cut to 170, the first two to 85 each, and the third fits too.
    const timing = timed(TWO, inTurn, {}, { maxMemoryBytes: 0x4000 })
    expect(timing).toMatchObject({ perPartition: 85, messages: 255 })
  })

  it('is not changed by keys that are forgotten', () => {
    const stack = { partition: 2, segment: 2, virtualPartition: 3 }
    const given = { ioMs: 1, failRate: 0.01 }
    const bounded = simulated(stack, distinct, {
      maxMemoryBytes: 0x18000,
      timing: { concurrency: 2, overlap: false, seed: 1, ...given },
    })
    expect(bounded.exact).toBe(false)
    expect(bounded.timing).toEqual(timed(stack, distinct, given))
  })

  it('does not depend on how the messages came, in one batch or more', () => {
    const many = rows.map(([key, partition = 0], i): Row => [`${key}${i % 700}`, partition])
    const timing = { ioMs: 1, concurrency: 3, overlap: false, failRate: 0.01, seed: 7 }
    const simulator = new Simulator({
      ...defaults,
      ...{ maxMemoryBytes: 0x4000, timing },
      strategies: [strategyOf({ segment: 2, virtualPartition: 3, reducer: 'md5' })],
    })
    for (let at = 0; at < many.length; at += 7) simulator.add(batchOf(many.slice(at, at + 7), at))
    const cut = simulator.document({ generatedBy: '' }, read)
    const layers = { segment: 2, virtualPartition: 3, reducer: 'md5' }
    expect(cut.timing).toEqual(timed(layers, many, timing, { maxMemoryBytes: 0x4000 }))
    expect(cut.exact).toBe(false)
  })

  it('can be given up between two steps, and says nothing then', () => {
    const timing = { ioMs: 1, concurrency: 1, overlap: false, failRate: 0.5, seed: 7 }
    const strategies = [strategyOf(TWO)]
    const simulator = new Simulator({ ...defaults, strategies, timing })
    simulator.add(batchOf(Array.from({ length: 20 }, () => rows).flat()))
    const steps = simulator.documentSteps({ generatedBy: '' }, read)
    expect(steps.next().done).toBe(false)
    const { value } = steps.next(true)
    expect(value).toMatchObject({ timing: null, messages: 30_000, strategies: [{ timing: null }] })
  })

  it.each([
    { ioMs: 0 },
    { ioMs: 1e7 },
    { concurrency: 0 },
    { concurrency: 1.5 },
    { failRate: -0.1 },
    { failRate: 0.6 },
  ])('is refused with what cannot be played: %o', (timing) => {
    expect(() => timed(TWO, rows, timing)).toThrow(
      expect.objectContaining({ code: 'simulation.bad-timing' }),
    )
  })
})
