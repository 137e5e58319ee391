import { join } from 'node:path'

/** Somebody who counts the keys of a topic, pstool among them. */
export interface Peer {
  readonly name: string
  /** A shell command that prints `count key` lines, or pstool's document. */
  readonly command: string
  /** pstool must be this many times as fast; null where nothing was promised. */
  readonly goal: (records: number) => number | null
}

const FROM = { small: 2_000_000, large: 20_000_000 }
const COUNT_BY_AWK = `awk '{c[$0]++} END {for (k in c) print c[k] " " k}'`

export const PSTOOL = 'pstool'

/** Everyone who can read the codec here; what is missing is left out. */
export function peersFor(
  broker: string,
  topic: string,
  records: number,
  codec: string,
  hasKcat: boolean,
): Peer[] {
  const node = `'${process.execPath}'`
  const pstool = `${node} bin/run.js analyze-keys --source kafka://${broker}/${topic} --json`
  const tuned = '-X fetch.error.backoff.ms=0 -X queued.min.messages=1000000'
  const kcat = `kcat -C -b ${broker} -t ${topic} -o beginning -e -q -f '%k\\n' ${tuned}`
  const loop = (name: string) =>
    `${node} '${join(import.meta.dirname, 'peers', `${name}.ts`)}' ${broker} ${topic} ${records}`
  const bySize = (small: number, large: number) => (messages: number) =>
    messages >= FROM.large ? large : messages >= FROM.small ? small : null
  const shell: Peer[] = [
    { name: 'kcat | awk', command: `${kcat} | ${COUNT_BY_AWK}`, goal: bySize(1, 1.2) },
    {
      name: 'kcat | sort | uniq -c | sort',
      command: `${kcat} | LC_ALL=C sort | uniq -c | sort -rn`,
      goal: bySize(1.3, 2),
    },
  ]
  const clients: Peer[] = [
    { name: '@platformatic/kafka loop', command: loop('platformatic'), goal: bySize(3, 3) },
    { name: 'kafkajs loop', command: loop('kafkajs'), goal: bySize(3, 3) },
  ]
  return [
    { name: PSTOOL, command: pstool, goal: () => null },
    ...(hasKcat ? shell : []),
    ...clients.filter(({ name }) => codec === 'none' || !name.startsWith('kafkajs')),
  ]
}
