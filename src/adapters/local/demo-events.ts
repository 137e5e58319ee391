import type { NewMessage } from '../../domain/model/cluster.ts'
import { bytesOf } from '../../domain/model/key-text.ts'
import { seededRandom } from '../../domain/routing/seeded-random.ts'

/** A Monday morning; the demo knows no other clock. */
const START = Date.UTC(2026, 0, 5, 8)
const TWO_HOURS_MS = 2 * 60 * 60 * 1000

/** The customers of the first hour, and their share of the messages. */
const HOT_USERS = [
  { id: '0', share: 0.13 },
  { id: '5', share: 0.11 },
  { id: '14', share: 0.12 },
  { id: '23', share: 0.08 },
] as const
/** One of them imports his catalogue for a minute. */
const BURST = { id: '23', messages: 400, startsAtMs: 71 * 60_000, lengthMs: 60_000 }
const EVENTS = ['page_view', 'page_view', 'page_view', 'click', 'add_to_cart', 'login'] as const
const DEVICES = ['desktop', 'mobile', 'tablet'] as const

/**
 * User ids with a check digit: the digits of each add up to a multiple of 5. Such ids look spread,
 * yet their byte sums are not: modulo 5 each length of id has one value.
 */
function checkedIds(from: number, to: number): string[] {
  const ids = Array.from({ length: to - from }, (_, index) => String(from + index))
  const digitSum = (id: string) => [...id].reduce((sum, digit) => sum + Number(digit), 0)
  return ids.filter((id) => digitSum(id) % 5 === 0)
}

/** `user_events` of the demo: hot keys, a burst, and a producer that forgets the key. */
export function demoUserEvents(count = 5600): NewMessage[] {
  const random = seededRandom(20260105)
  const early = checkedIds(0, 100)
  const later = checkedIds(10_000, 12_000)
  const times = Array.from({ length: count }, () => Math.floor(random() * TWO_HOURS_MS))
  const steady = times.map((ms) => ({ ms, user: drawUser(random, early, later) }))
  const burst = Array.from({ length: BURST.messages }, () => ({
    ms: BURST.startsAtMs + Math.floor(random() * BURST.lengthMs),
    user: BURST.id as string,
  }))
  const inTime = [...steady, ...burst].sort((a, b) => a.ms - b.ms)
  return inTime.map(({ ms, user }) => userEvent(random, START + ms, user))
}

function drawUser(
  random: () => number,
  early: readonly string[],
  later: readonly string[],
): string {
  let chance = random()
  for (const { id, share } of HOT_USERS) {
    if (chance < share) return id
    chance -= share
  }
  return pick(random, chance < 0.12 ? early : later)
}

function userEvent(random: () => number, timestamp: number, user: string): NewMessage {
  const value = {
    user_id: user,
    event: pick(random, EVENTS),
    page: `/products/${Math.floor(random() * 90) + 10}`,
    device: pick(random, DEVICES),
    at: new Date(timestamp).toISOString(),
  }
  const isKeyForgotten = random() < 0.02
  return {
    key: isKeyForgotten ? null : bytesOf(user),
    value: bytesOf(JSON.stringify(value)),
    headers: [{ name: 'user_id', value: bytesOf(user) }],
    timestamp,
  }
}

/** `orders` of the demo: nearly as many keys as messages, and tombstones for what was cancelled. */
export function demoOrders(count = 900): NewMessage[] {
  const random = seededRandom(20260106)
  const users = checkedIds(10_000, 12_000)
  return Array.from({ length: count }, (_, index) => {
    const value = {
      order_id: `order-${5000 + index}`,
      user_id: pick(random, users),
      total_cents: Math.floor(random() * 20_000) + 500,
    }
    // Every fiftieth cancels the order of a while before.
    const isCancelled = index % 50 === 49
    return {
      key: bytesOf(isCancelled ? `order-${5000 + index - 20}` : value.order_id),
      value: isCancelled ? null : bytesOf(JSON.stringify(value)),
      headers: [{ name: 'user_id', value: bytesOf(value.user_id) }],
      timestamp: START + index * 8000,
    }
  })
}

function pick<T>(random: () => number, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)]!
}
