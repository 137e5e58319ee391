import type { KeyProfileDocument } from '../../../domain/keys/key-profile.ts'
import { type Block, notice, paragraph, section } from '../../blocks.ts'
import { count, percent } from '../../text/numbers.ts'

/** What the part that was read can tell about the rest; nothing where everything was read. */
export function samplingBlocks({ sampling, messages, read }: KeyProfileDocument): Block[] {
  if (sampling === null) return []
  const { fraction, coverage, distinctAtLeast, notes } = sampling
  const of = read.available === null ? '' : ` of ${count(read.available)}`
  const part = fraction === null ? '' : ` (${percent(fraction)})`
  return [
    section('What this sample can tell'),
    paragraph(`${count(messages)}${of} messages were read${part}.`),
    paragraph(`The next message has a key seen here with ${percent(coverage)} chance.`),
    paragraph(`The whole log has at least ${count(distinctAtLeast)} distinct keys.`),
    ...notes.map((note) => notice('plain', note)),
  ]
}
