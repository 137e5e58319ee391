const PRECISION = 16
const REGISTERS = 2 ** PRECISION
/** Bits of the 64-bit hash that are left for the run of zeros. */
const REST = 64 - PRECISION
/** Relative standard error 1.04 / sqrt(2^16) = 0.41 %, times the 99 % quantile of the normal. */
const ERROR_99 = (2.5758 * 1.04) / Math.sqrt(REGISTERS)

/**
 * Counts distinct 64-bit hashes in 64 KiB: HyperLogLog with 2^16 registers and Ertl's improved
 * estimator (arXiv 1702.01284, section 4), which needs no bias tables.
 */
export class HyperLogLog {
  readonly registers: Uint8Array

  constructor(registers = new Uint8Array(REGISTERS)) {
    this.registers = registers
  }

  /** Adds a hash, given as two halves of 32 bits each. */
  add(high: number, low: number): void {
    const register = low & (REGISTERS - 1)
    const zeros = high === 0 ? 32 + Math.clz32(low & ~(REGISTERS - 1)) : Math.clz32(high)
    const rank = Math.min(zeros, REST) + 1
    if (rank > this.registers[register]!) this.registers[register] = rank
  }

  merge(other: HyperLogLog): void {
    other.registers.forEach((rank, register) => {
      if (rank > this.registers[register]!) this.registers[register] = rank
    })
  }

  copy(): HyperLogLog {
    return new HyperLogLog(this.registers.slice())
  }

  /** The estimate, not rounded. */
  estimate(): number {
    const times = new Float64Array(REST + 2)
    for (const rank of this.registers) times[rank] = times[rank]! + 1
    let z = REGISTERS * tau(1 - times[REST + 1]! / REGISTERS)
    for (let rank = REST; rank >= 1; rank--) z = 0.5 * (z + times[rank]!)
    z += REGISTERS * sigma(times[0]! / REGISTERS)
    return (REGISTERS * REGISTERS) / (2 * Math.LN2 * z)
  }

  /** 99 % bounds of an estimate. */
  bounds(estimate: number): { lower: number; upper: number } {
    return { lower: estimate / (1 + ERROR_99), upper: estimate / (1 - ERROR_99) }
  }
}

/** Ertl's sigma: the correction for registers that are still empty. */
function sigma(empty: number): number {
  if (empty === 1) return Number.POSITIVE_INFINITY
  let x = empty
  let y = 1
  let z = x
  for (let before = Number.NaN; z !== before; ) {
    x *= x
    before = z
    z += x * y
    y += y
  }
  return z
}

/** Ertl's tau: the correction for registers that are full. */
function tau(part: number): number {
  if (part === 0 || part === 1) return 0
  let x = part
  let y = 1
  let z = 1 - x
  for (let before = Number.NaN; z !== before; ) {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  }
  return z / 3
}
