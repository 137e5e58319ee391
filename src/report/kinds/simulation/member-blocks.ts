import type { MemberUse, Traffic } from '../../../domain/simulation/simulation.ts'
import {
  type Block,
  type Cell,
  graphColumn,
  notice,
  numberColumn,
  paragraph,
  section,
  table,
} from '../../blocks.ts'
import { highestOf } from '../../text/bars.ts'
import { bytes, count, factor, percent, plural } from '../../text/numbers.ts'

const MEMBERS_SHOWN = 16

/** P2: what reading every message in every segment costs; nothing to say without segments. */
export function trafficBlocks(traffic: Traffic, messages: number, name: string): Block[] {
  const { segments, messagesRead, bytesRead, factor: times } = traffic
  if (segments < 2) return []
  return [
    section(`${name}Traffic`),
    paragraph(
      `Each of ${count(segments)} segment groups reads all ${plural(messages, 'message')}: ` +
        `${count(messagesRead)} reads, ${bytes(bytesRead)}, ${factor(times)} times the topic.`,
    ),
  ]
}

/** Members against the partitions that there are to own. */
export function memberBlocks(use: MemberUse | null, name: string): Block[] {
  if (use === null) return []
  const { members, partitions, idleMembers, messages, imbalance } = use
  const total = messages.reduce((sum, of) => sum + of, 0)
  const highest = highestOf(messages)
  const rows = messages.map((of, member): Cell[] => [
    count(member),
    count(of),
    percent(total === 0 ? 0 : of / total),
    { bar: of / highest },
  ])
  const columns = [
    numberColumn('member'),
    numberColumn('messages'),
    numberColumn('share'),
    graphColumn(''),
  ]
  const owned = `${plural(members, 'member')} on ${plural(partitions, 'partition')}`
  return [
    section(`${name}Members`),
    idleMembers > 0
      ? notice(
          'warn',
          `${owned}: ${count(idleMembers)} of them idle, imbalance ${factor(imbalance)}.`,
        )
      : paragraph(`${owned}, imbalance ${factor(imbalance)}.`),
    table(columns, rows, 'members', MEMBERS_SHOWN),
  ]
}
