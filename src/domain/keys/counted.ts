/** `1 key`, `2 keys`. */
export function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`
}

/** The form of the verb that goes with a count: `is`, `are`. */
export function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are'
}
