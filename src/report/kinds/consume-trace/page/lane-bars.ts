import type { TracedJob } from '../../../../domain/model/consume-trace.ts'

/** What a bar stands for: how its jobs ran. */
export type BarKind = 'ok' | 'collapsed' | 'failed'

/** One job, or several that are too short to be seen apart. Times in milliseconds. */
export interface Bar {
  readonly kind: BarKind
  readonly from: number
  readonly to: number
  /** The job itself where there is one alone. */
  readonly job: TracedJob | null
  readonly jobs: number
  readonly messages: number
  /** Share of the bar's length that was spent in jobs, 0..1. */
  readonly density: number
}

/** A merged bar ends here, so that a busy stretch and a quiet one stay two. */
const LONGEST_MERGED = 8

/**
 * The jobs of one lane as bars, ascending. Jobs shorter than `quantum` that lie closer than that are
 * one bar if they ran alike; longer ones stay themselves.
 */
export function barsOf(jobs: readonly TracedJob[], quantum: number): Bar[] {
  const bars: Bar[] = []
  let small: TracedJob[] = []
  const flush = () => {
    if (small.length > 0) bars.push(merged(small))
    small = []
  }
  for (const job of jobs.toSorted((a, b) => a.from - b.from)) {
    const [first] = small
    const last = small.at(-1)
    if (job.ms >= quantum) {
      flush()
      bars.push(merged([job]))
      continue
    }
    const joins =
      first !== undefined &&
      last !== undefined &&
      kindOf(job) === kindOf(first) &&
      job.from - (last.from + last.ms) < quantum &&
      job.from + job.ms - first.from < quantum * LONGEST_MERGED
    if (!joins) flush()
    small.push(job)
  }
  flush()
  return bars
}

function merged(jobs: readonly TracedJob[]): Bar {
  const first = jobs[0]!
  const to = jobs.reduce((latest, { from, ms }) => Math.max(latest, from + ms), 0)
  const busy = jobs.reduce((sum, { ms }) => sum + ms, 0)
  const length = to - first.from
  return {
    ...{ kind: kindOf(first), from: first.from, to },
    job: jobs.length === 1 ? first : null,
    jobs: jobs.length,
    messages: jobs.reduce((sum, { messages }) => sum + messages, 0),
    density: length === 0 ? 1 : Math.min(1, busy / length),
  }
}

function kindOf({ ok, collapsed }: TracedJob): BarKind {
  if (!ok) return 'failed'
  return collapsed ? 'collapsed' : 'ok'
}
