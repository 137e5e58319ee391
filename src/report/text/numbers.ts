/** `1,234,567`: whole numbers, a comma between thousands everywhere. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return 'n/a'
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Three significant digits: `0.214`, `1.20`, `12.3`, `1,230`. */
export function factor(value: number): string {
  if (!Number.isFinite(value)) return 'n/a'
  if (value === 0) return '0'
  return Math.abs(value) >= 999.5 ? count(value) : value.toPrecision(3)
}

/** A share 0..1 with one decimal; a rest too small to show is never rounded away: `>99.9 %`. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return 'n/a'
  if (share > 0 && share < 0.0005) return '<0.1 %'
  if (share < 1 && share >= 0.9995) return '>99.9 %'
  return `${(share * 100).toFixed(1)} %`
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** `512 B`, `1.50 KiB`: powers of 1024, three significant digits. */
export function bytes(value: number): string {
  let scaled = value
  let unit = 0
  while (scaled >= 999.5 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1024
    unit++
  }
  return `${unit === 0 ? count(scaled) : factor(scaled)} ${BYTE_UNITS[unit]}`
}

const DURATION_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** `90 s` as `1.5 min`: the largest unit that gives at least one. */
export function duration(milliseconds: number): string {
  const [name, size] = DURATION_UNITS.find(([, length]) => milliseconds >= length) ?? ['ms', 1]
  return `${String(Number((milliseconds / size).toPrecision(3)))} ${name}`
}

/** `1 key`, `1,200 keys`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}
