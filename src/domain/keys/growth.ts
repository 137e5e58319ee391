/** Small arrays double; large ones grow by a quarter, so that little memory stays unused. */
const DOUBLED_BYTES = 16 * 2 ** 20

/** The next length of a typed array that has become too short. */
export function grownLength(length: number, needed: number, bytesPerElement: number): number {
  const larger = length * bytesPerElement < DOUBLED_BYTES ? length * 2 : length + (length >>> 2)
  return Math.max(larger, needed)
}
