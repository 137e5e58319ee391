/** How many rules each letter has that the runtime follows; I: the invariants. */
const RULES = { V: 8, O: 8, E: 5, C: 4, D: 7, L: 7, P: 6, I: 9 } as const

/** `V1`, `V2`, .. `I9`: each has a row in docs/semantics.md, and a test whose name cites it. */
export const RULE_IDS: readonly string[] = Object.entries(RULES).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
)
