import { refusedText } from '../routing/refused-messages.ts'
import { counted, isOrAre } from './counted.ts'
import type { Finding, KeyProfileDocument } from './key-profile.ts'
import { laneFindings } from './lane-findings.ts'
import { percent } from './percent.ts'

type Profile = Omit<KeyProfileDocument, 'findings'>

/** Messages without a key are worth a word from this share on. */
const NULL_SHARE = 0.05
const PARTITION_IMBALANCE = 1.5

/** What is worth doing about a profile: warnings first, each kind in order of weight. */
export function findingsOf(profile: Profile): Finding[] {
  const findings = [
    ...placementFindings(profile),
    ...errorFindings(profile),
    ...laneFindings(profile),
    ...batchFindings(profile),
    ...encodingFindings(profile),
    ...partitionFindings(profile),
    ...burstFindings(profile),
    ...nullFindings(profile),
  ]
  return findings.sort(
    (a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'),
  )
}

function placementFindings({ placement }: Profile): Finding[] {
  if (placement === null) return []
  const elsewhere = placement.keysInSeveralPartitions ?? 0
  // Not counted when memory was short: then the sentence is left out, not said with a zero.
  const scattered =
    elsewhere === 0
      ? ''
      : ` ${counted(elsewhere, 'key')} ${isOrAre(elsewhere)} in several partitions.`
  if (placement.verdict === 'mixed') {
    const { reducer, share } = placement.minority!
    return [
      {
        code: 'mixed-hashes',
        severity: 'warning',
        message: `Producers disagree: ${placement.reducer} explains ${percent(placement.candidates[0]!.explained)} of the messages, ${reducer} another ${percent(share)}.${scattered}`,
        advice: `Find the producers that use ${reducer} and give all of them the same partitioner; until then no order is kept for keys that both kinds write.`,
      },
    ]
  }
  if (placement.verdict === 'unkeyed') {
    return [
      {
        code: 'unkeyed-placement',
        severity: 'warning',
        message: `The messages have keys, but the keys do not choose the partition.${scattered}`,
        advice: 'Where order per key matters, let the producer choose the partition by the key.',
      },
    ]
  }
  if (elsewhere === 0) return []
  return [
    {
      code: 'keys-in-several-partitions',
      severity: 'warning',
      message: `${counted(elsewhere, 'key')} ${isOrAre(elsewhere)} in more than one partition of ${placement.partitionCount}.`,
      advice:
        'Their order is not kept. Look for a change of the partition count, or a producer that chooses partitions itself.',
    },
  ]
}

function errorFindings({ keys, messages, refused, read }: Profile): Finding[] {
  if (keys.partitionerErrors === 0) return []
  const errors = refused.map(refusedText).join('; ')
  return [
    {
      code: 'partitioner-errors',
      severity: 'warning',
      message: `The partitioner ${read.partitioner} refused ${keys.partitionerErrors} of ${messages} messages: ${errors}.`,
      advice:
        'Each goes to segment 0 (P4), and makes its whole batch run in virtual partition 0 (V2). Make the partitioner give a key for them.',
    },
  ]
}

function batchFindings({ batches, lanes }: Profile): Finding[] {
  const workers = lanes
    .filter(({ layer }) => layer === 'virtualPartition')
    .reduce((most, { count }) => Math.max(most, count), 0)
  const wanted = Math.max(2, workers / 2)
  if (batches.batches === 0 || batches.parallelism.p50 >= wanted) return []
  if (workers === 0 && batches.keysPerBatch.p50 === 1) return []
  return [
    {
      code: 'virtual-partitions-unsuitable',
      severity: workers > 0 ? 'warning' : 'info',
      message: `Half of the batches of ${batches.maxMessages} messages can keep at most ${batches.parallelism.p50.toFixed(1)} virtual partitions busy: messages of one key come in groups of up to ${batches.messagesPerKey.max}.`,
      advice:
        'Use parallel segments: each group filters its own keys out of the whole log, whatever a batch holds.',
    },
  ]
}

function encodingFindings({ encodings }: Profile): Finding[] {
  return encodings.traps.map(({ trap, keys, message }) => ({
    code: `encoding-${trap}`,
    severity: 'warning',
    message: `${message} For example ${keys
      .slice(0, 2)
      .map((key) => JSON.stringify(key))
      .join(' and ')}.`,
    advice: 'Let all producers write keys in one way; they are different keys to every hash.',
  }))
}

function partitionFindings({ partitions, messages, read }: Profile): Finding[] {
  const count = partitions.length
  const fullest = partitions.reduce<(typeof partitions)[number] | null>(
    (most, one) => (most === null || one.messages > most.messages ? one : most),
    null,
  )
  if (fullest === null || messages === 0) return []
  const imbalance = fullest.share * count
  if (imbalance <= PARTITION_IMBALANCE) return []
  return [
    {
      code: 'partition-skew',
      severity: 'info',
      message: `Partition ${fullest.partition} holds ${percent(fullest.share)} of the messages, ${imbalance.toFixed(2)} times the mean of ${read.partitions === null ? `${count} partitions` : `the ${count} partitions selected`}.`,
      advice: 'Compare reducers for that count with --partitions, and look at the top keys.',
    },
  ]
}

function burstFindings({ bursts }: Profile): Finding[] {
  const [hottest] = bursts.keys
  if (hottest === undefined) return []
  const name = JSON.stringify(hottest.key)
  const alike =
    bursts.keys.length === 1 ? 'no other key is like it' : `${bursts.keys.length} such keys`
  return [
    {
      code: 'burst',
      severity: 'info',
      message: `Key ${name} has ${percent(hottest.shareOfWindow)} of the ${(bursts.windowMs ?? 0) / 1000} s from ${hottest.window}, but ${percent(hottest.share)} of all messages; ${alike}.`,
      advice:
        'Averages hide this: size lag alarms and slots for the busiest window, not for the whole time.',
    },
  ]
}

function nullFindings({ keys, messages }: Profile): Finding[] {
  const share = messages === 0 ? 0 : keys.nullMessages / messages
  if (share < NULL_SHARE) return []
  return [
    {
      code: 'null-keys',
      severity: 'info',
      message: `${percent(share)} of the messages have no key.`,
      advice:
        'They all fall into one segment and one virtual partition (R2). Choose a partitioner that finds a key in a header or the payload.',
    },
  ]
}
