import { describe, expect, it } from 'vitest'
import { RuntimeMetrics } from '../../../../src/runtime/watching/metrics.ts'
import { prometheusText } from '../../../../src/runtime/watching/prometheus-text.ts'
import { parsePrometheus } from '../../../support/watching/parse-prometheus.ts'
import { aBatch, aFinished, aJob, aPlace } from '../../../support/watching/runtime-events.ts'

/** Every series as the scraper sees it: `name{label=value}` -> value. */
function seriesOf(metrics: RuntimeMetrics): Record<string, number> {
  const families = parsePrometheus(metrics.prometheusText())
  return Object.fromEntries(
    families.flatMap(({ name, samples }) =>
      samples.map(({ labels, value }) => {
        const { group: _, topic: __, ...rest } = labels
        const shown = Object.entries(rest).map(([label, of]) => `${label}=${of}`)
        return [`${name.replace('pstool_', '')}{${shown.join(',')}}`, value]
      }),
    ),
  )
}

/** A runtime of 4 jobs that was assigned partition 0 at offset 5. */
function running(options = {}): RuntimeMetrics {
  const metrics = new RuntimeMetrics(options)
  metrics.observe('runtime.started', { group: 'g', concurrency: 4, at: 0 })
  metrics.observe('partition.assigned', { ...aPlace, position: 5, at: 0 })
  return metrics
}

describe('RuntimeMetrics', () => {
  it('tells lag, jobs and messages of a partition', () => {
    const metrics = running()
    expect(seriesOf(metrics)).not.toHaveProperty('lag{partition=0}')
    metrics.observe('batch.polled', aBatch({ messages: 8, dropped: 2, excluded: 1 }))
    metrics.observe('job.started', aJob({ messages: 5 }))
    metrics.observe('job.started', aJob({ messages: 3, virtualPartition: 2 }))
    metrics.observe('job.finished', aFinished({ messages: 5, ms: 250 }))
    metrics.observe('offset.committed', { ...aPlace, offset: 7, metadata: '', at: 0 })
    expect(seriesOf(metrics)).toMatchObject({
      'up{}': 1,
      'concurrency{}': 4,
      'jobs_running{}': 1,
      'partitions_assigned{}': 1,
      'lag{partition=0}': 15,
      'committed_lag{partition=0}': 18,
      'position{partition=0}': 10,
      'end_offset{partition=0}': 25,
      'committed_offset{partition=0}': 7,
      'commits_total{partition=0}': 1,
      'messages_in_flight{partition=0}': 3,
      'messages_polled_total{partition=0}': 8,
      'messages_dropped_total{partition=0}': 2,
      'messages_excluded_total{partition=0}': 1,
      'messages_consumed_total{partition=0}': 5,
      'batches_total{partition=0,collapsed=false}': 1,
      'jobs_total{partition=0,outcome=ok}': 1,
      'virtual_partition_messages_total{partition=0,virtual_partition=0}': 5,
      'virtual_partition_busy_seconds_total{partition=0,virtual_partition=0}': 0.25,
    })
  })

  it('tells failures, retries, pauses, collapses, dead letters and errors', () => {
    const metrics = running()
    const pause = { ...aPlace, offset: 5, ms: 1000, attempt: 1, at: 0 }
    const error = { error: new Error('no'), group: 'g', segmentId: null, at: 0 }
    metrics.observe('job.started', aJob())
    metrics.observe('error.occurred', { ...error, type: 'consumer.consume.error' })
    metrics.observe('error.occurred', { ...error, type: 'source.error' })
    metrics.observe('error.occurred', { ...error, type: 'source.error' })
    metrics.observe('job.finished', aFinished({ ok: false }))
    metrics.observe('partition.paused', { ...pause, reason: 'failure' })
    expect(seriesOf(metrics)).toMatchObject({ 'partition_paused{partition=0}': 1 })
    metrics.observe('partition.resumed', { ...aPlace, at: 0 })
    metrics.observe('partition.paused', { ...pause, reason: 'user' })
    metrics.observe('partition.resumed', { ...aPlace, at: 0 })
    metrics.observe('partition.collapsed', { ...aPlace, until: 9, reason: 'failure', at: 0 })
    metrics.observe('batch.polled', aBatch({ collapsed: true }))
    const letter = { ...aPlace, offset: 3, attempts: 2, error: 'no', at: 0 }
    metrics.observe('dead-letter.dispatched', { ...letter, deadLetterTopic: 'dead' })
    metrics.observe('dead-letter.dispatched', { ...letter, deadLetterTopic: null })
    expect(seriesOf(metrics)).toMatchObject({
      'jobs_running{}': 0,
      'messages_consumed_total{partition=0}': 0,
      'jobs_total{partition=0,outcome=failed}': 1,
      'retries_total{partition=0}': 1,
      'pauses_total{partition=0,reason=failure}': 1,
      'pauses_total{partition=0,reason=user}': 1,
      'partition_paused{partition=0}': 0,
      'collapses_total{partition=0,reason=failure}': 1,
      'partition_collapsed{partition=0}': 1,
      'batches_total{partition=0,collapsed=true}': 1,
      'batches_total{partition=0,collapsed=false}': 0,
      'dead_letters_total{partition=0,outcome=dispatched}': 1,
      'dead_letters_total{partition=0,outcome=skipped}': 1,
      'errors_total{type=consumer.consume.error}': 1,
      'errors_total{type=source.error}': 2,
    })
  })

  it('drops the series of a partition with the partition, and begins again at nought', () => {
    const metrics = running()
    metrics.observe('job.finished', aFinished())
    metrics.observe('partition.revoked', { ...aPlace, reason: 'taken', at: 0 })
    metrics.observe('job.finished', aFinished())
    expect(Object.keys(seriesOf(metrics)).filter((name) => name.includes('partition='))).toEqual([])
    expect(seriesOf(metrics)).toMatchObject({ 'partitions_assigned{}': 0 })
    metrics.observe('partition.assigned', { ...aPlace, position: 9, at: 0 })
    expect(seriesOf(metrics)).toMatchObject({
      'position{partition=0}': 9,
      'messages_consumed_total{partition=0}': 0,
    })
  })

  it('gives VPs beyond the cap one series per partition, and frees those of revoked partitions', () => {
    const metrics = running({ maxVirtualPartitions: 2 })
    const other = { ...aPlace, partition: 1 }
    metrics.observe('partition.assigned', { ...other, position: 0, at: 0 })
    for (const virtualPartition of [7, 10, 0, 1, 7]) {
      metrics.observe('job.finished', aFinished({ virtualPartition, messages: 1 }))
    }
    metrics.observe('job.finished', aFinished({ ...other, virtualPartition: 0, messages: 1 }))
    const messages = () =>
      Object.entries(seriesOf(metrics))
        .filter(([name]) => name.startsWith('virtual_partition_messages'))
        .map(([name, value]) => [name.slice(32), value])
    expect(messages()).toEqual([
      ['{partition=0,virtual_partition=7}', 2],
      ['{partition=0,virtual_partition=10}', 1],
      ['{partition=0,virtual_partition=other}', 2],
      ['{partition=1,virtual_partition=other}', 1],
    ])
    metrics.observe('partition.revoked', { ...aPlace, reason: 'lost', at: 0 })
    metrics.observe('job.finished', aFinished({ ...other, virtualPartition: 3, messages: 1 }))
    expect(messages()).toEqual([
      ['{partition=1,virtual_partition=3}', 1],
      ['{partition=1,virtual_partition=other}', 1],
    ])
  })

  it('labels segments, which have partitions of their own', () => {
    const metrics = running()
    for (const segmentId of [1, 0]) {
      const place = { ...aPlace, group: `g-parallel-${segmentId}`, segmentId, position: 3, at: 0 }
      metrics.observe('partition.assigned', place)
    }
    const position = parsePrometheus(metrics.prometheusText()).find(
      ({ name }) => name === 'pstool_position',
    )
    expect(position?.samples.map(({ labels }) => labels)).toEqual([
      { group: 'g', topic: 't', partition: '0' },
      { group: 'g-parallel-0', segment: '0', topic: 't', partition: '0' },
      { group: 'g-parallel-1', segment: '1', topic: 't', partition: '0' },
    ])
    expect(metrics.health()).toEqual({ healthy: true, partitions: 3 })
  })

  it('is healthy between start and stop', () => {
    const metrics = new RuntimeMetrics()
    expect(metrics.prometheusText()).toBe('')
    expect(metrics.health().healthy).toBe(false)
    metrics.observe('runtime.started', { group: 'g', concurrency: 1, at: 0 })
    expect(metrics.health().healthy).toBe(true)
    metrics.observe('runtime.stopped', { group: 'g', at: 0 })
    expect(metrics.health().healthy).toBe(false)
    expect(seriesOf(metrics)).toMatchObject({ 'up{}': 0 })
  })
})

describe('the text exposition format', () => {
  it('is what the format says, to the byte', () => {
    const text = prometheusText([
      {
        ...{ name: 'a_total', type: 'counter', help: 'One\\two\nthree "four"' },
        samples: [
          { labels: {}, value: 1 },
          { labels: { topic: 'a"b\\c\nd', partition: 3 }, value: 1e21 },
        ],
      },
      { name: 'empty', type: 'gauge', help: '', samples: [] },
      {
        ...{ name: 'b', type: 'gauge', help: 'B' },
        samples: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => ({
          ...{ labels: { at: String(value) }, value },
        })),
      },
    ])
    expect(text).toBe(
      [
        '# HELP a_total One\\\\two\\nthree "four"',
        '# TYPE a_total counter',
        'a_total 1',
        'a_total{topic="a\\"b\\\\c\\nd",partition="3"} 1e+21',
        '# HELP b B',
        '# TYPE b gauge',
        'b{at="NaN"} NaN',
        'b{at="Infinity"} +Inf',
        'b{at="-Infinity"} -Inf',
        '',
      ].join('\n'),
    )
  })
})
