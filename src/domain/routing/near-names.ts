/** Shorter texts are part of too many names. */
const SHORTEST_PART = 3

/**
 * The known names that a mistyped one may have meant, at most three, nearest first: those that
 * differ by a third of their letters at most (or by two), and those that hold what was typed.
 */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase()
  return known
    .map((candidate) => {
      const lower = candidate.toLowerCase()
      const isPart = wanted.length >= SHORTEST_PART && lower.includes(wanted)
      return { candidate, isPart, distance: editDistance(wanted, lower) }
    })
    .filter(
      ({ candidate, isPart, distance }) => isPart || distance <= Math.max(2, candidate.length / 3),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** The fewest insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1))
    }
    previous = current
  }
  return previous[to.length]!
}
