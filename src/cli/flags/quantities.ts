import { badFlag } from './bad-flag.ts'

const THOUSANDS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 }

/**
 * A number of messages: `500`, `1_000_000`, `1e6`, `1.5M`.
 * @throws UsageError for anything but an integer from 1 to 2^53 - 1
 */
export function parseCount(flag: string, text: string): number {
  const [, digits, suffix = ''] = /^(\d[\d_]*(?:\.\d+)?(?:e\d+)?)([kmg]?)$/i.exec(text) ?? []
  const count = Number(digits?.replaceAll('_', '')) * THOUSANDS[suffix.toLowerCase()]!
  if (digits !== undefined && Number.isSafeInteger(count) && count >= 1) return count
  throw badFlag(flag, text, 'a whole number of at least 1', '1M')
}

const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/**
 * An amount of memory in bytes: `256MiB`, `1.5GiB`, `300MB`; `256M` is MiB.
 * @throws UsageError for anything else, and for less than 1 MiB, which is a unit forgotten
 */
export function parseMemory(flag: string, text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
  const bytes = Math.floor(Number(digits) * (BYTES[unit.toLowerCase()] ?? Number.NaN))
  if (Number.isSafeInteger(bytes) && bytes >= 2 ** 20) return bytes
  throw badFlag(flag, text, 'an amount of memory of at least 1MiB', '256MiB')
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
  d: 86_400e3,
  w: 7 * 86_400e3,
}

/**
 * A span of time in milliseconds: `90s`, `1h30m`, `7d`.
 * @throws UsageError for anything else, and for none at all
 */
export function parseDuration(flag: string, text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h|d|w)/g)]
  const whole = parts.map(([part]) => part).join('') === text
  const ms = parts.reduce((sum, [, n, unit]) => sum + Number(n) * MILLISECONDS[unit!]!, 0)
  if (whole && Number.isSafeInteger(ms) && ms > 0) return ms
  throw badFlag(flag, text, 'a span of time in ms, s, m, h, d or w', '1h')
}

/**
 * A seed of chance.
 * @throws UsageError for anything but an integer from 0 to 2^32 - 1
 */
export function parseSeed(flag: string, text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text)
  throw badFlag(flag, text, 'a whole number from 0 to 4294967295', '7')
}
