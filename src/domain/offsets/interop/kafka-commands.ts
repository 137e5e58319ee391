import type { TopicPartition } from '../../model/cluster.ts'
import { shellWord } from '../../model/shell-word.ts'
import type { OffsetPlanDocument, OffsetStep } from '../plan.ts'

/** Commands of Apache Kafka's own tool, and what they cannot do of a plan, a sentence each. */
export interface KafkaCommands {
  readonly commands: readonly string[]
  readonly notes: readonly string[]
}

/**
 * What a plan writes, as commands for a shell: groups that get one offset for the same partitions
 * share a command, and what is to be unset is deleted.
 */
export function kafkaCommands({ steps, cluster }: OffsetPlanDocument): KafkaCommands {
  const servers = serversOf(cluster.uri)
  const tool = `kafka-consumer-groups.sh --bootstrap-server ${servers ?? '"$BOOTSTRAP_SERVER"'}`
  const moved = steps.filter(({ from, to }) => to !== null && from !== to)
  const sets = grouped(moved, ({ group, to }) => [group, to]).map((of) => ({ of, ...shared(of) }))
  const resets = grouped(sets, ({ of, scope }) => [of[0]!.to, scope]).map((same) => {
    const names = same.map(({ of }) => `--group ${shellWord(of[0]!.group)}`).join(' ')
    const { scope, of } = same[0]!
    return `${tool} ${names} --reset-offsets ${scope} --to-offset ${of[0]!.to} --execute`
  })
  const unset = steps.filter(({ to }) => to === null)
  const deletes = grouped(unset, ({ group }) => [group]).map(
    (of) => `${tool} --group ${shellWord(of[0]!.group)} --delete-offsets ${shared(of).scope}`,
  )
  return { commands: [...resets, ...deletes], notes: notesOn(steps, servers, cluster.uri) }
}

function notesOn(
  steps: readonly OffsetStep[],
  servers: string | null,
  uri: string,
): readonly string[] {
  const written = steps.filter(({ to }) => to !== null)
  const epochs = written.filter(({ toLeaderEpoch }) => toLeaderEpoch !== undefined).length
  const texts = written.filter(({ toMetadata }) => toMetadata !== undefined).length
  const same = written.filter(({ from, to }) => from === to).length
  return [
    ...(epochs > 0 ? [`the commands cannot write leader epochs (${epochs})`] : []),
    ...(texts > 0 ? [`the commands cannot write metadata (${texts})`] : []),
    ...(same > 0 ? [`no commands where only leader epoch or metadata differ (${same})`] : []),
    ...(servers === null && steps.length > 0
      ? ["the embedded cluster has no address: set BOOTSTRAP_SERVER to your broker's"]
      : []),
    ...(/[?&](sasl|tls)/.test(uri) ? ['the cluster wants a login: add --command-config FILE'] : []),
  ]
}

function shared(places: readonly TopicPartition[]): { readonly scope: string } {
  const scopes = grouped(places, ({ topic }) => [topic]).map((of) => {
    const partitions = of.map(({ partition }) => partition).join(',')
    return `--topic ${of[0]!.topic}:${partitions}`
  })
  return { scope: scopes.join(' ') }
}

/** Those of equal keys together, in the order in which the keys come. */
function grouped<T>(all: readonly T[], keyOf: (one: T) => readonly unknown[]): T[][] {
  const groups = Map.groupBy(all, (one) => JSON.stringify(keyOf(one)))
  return [...groups.values()]
}

/** `host:9092,host:9093` of a kafka:// URI; null for a cluster that no such tool can reach. */
function serversOf(uri: string): string | null {
  const servers = /^kafka:\/\/(?:[^/?#]*@)?([^/?#]+)/.exec(uri)?.[1]
  return servers === undefined ? null : shellWord(servers)
}
