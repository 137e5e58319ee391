const OFFSET_BASIS = 0x811c9dc5
const PRIME = 0x01000193

/** FNV-1a, 32 bits, unsigned. */
export function fnv1a(bytes: Uint8Array, start: number, end: number): number {
  let hash = OFFSET_BASIS
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, PRIME)
  return hash >>> 0
}
