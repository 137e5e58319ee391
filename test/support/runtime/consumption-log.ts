import { closeSync, openSync, readSync } from 'node:fs'

/** A line of a consuming process. */
export type Saying =
  | ({
      readonly what: 'start' | 'end' | 'fail'
      readonly vp: number
      readonly offset: number
      readonly key: string
    } & Where)
  | ({ readonly what: 'assigned' | 'committed' | 'letter'; readonly offset: number } & Where)
  | ({ readonly what: 'gone'; readonly reason: 'taken' | 'lost' | 'stopped' } & Where)
  | ({ readonly what: 'hook'; readonly vp: number; readonly hook: 'revoked' | 'shutdown' } & Where)
  | { readonly what: 'error'; readonly who: string; readonly text: string }
  | { readonly what: 'killed'; readonly who: string }

interface Where {
  /** The process. */
  readonly who: string
  readonly partition: number
  /** How often the process had the partition, from 1. */
  readonly ownership: number
}

/** @throws Error for a line that no process writes */
export function parseSaying(line: string): Saying {
  const [who, what, ...rest] = line.split(' ') as [string, string, ...string[]]
  if (what === 'killed') return { who, what }
  if (what === 'error') return { who, what, text: rest.join(' ') }
  const [partition, ownership, third] = rest.slice(0, 3).map(Number) as [number, number, number]
  const where = { who, partition, ownership }
  switch (what) {
    case 'start':
    case 'end':
    case 'fail':
      return { ...where, what, vp: third, offset: Number(rest[3]), key: rest[4]! }
    case 'assigned':
    case 'committed':
    case 'letter':
      return { ...where, what, offset: third }
    case 'gone':
      return { ...where, what, reason: rest[2] as 'taken' | 'lost' | 'stopped' }
    case 'hook':
      return { ...where, what, vp: third, hook: rest[3] as 'revoked' | 'shutdown' }
    default:
      throw new Error(`no process says: ${line}`)
  }
}

/** Reads what was appended to a file since it was last asked. */
export class AppendedLines {
  private readonly file: string
  private readonly buffer = Buffer.alloc(1 << 20)
  private at = 0
  private rest = ''

  constructor(file: string) {
    this.file = file
  }

  /** Whole lines only: what is being written comes with the next call. */
  take(): string[] {
    const file = openSync(this.file, 'r')
    try {
      const lines: string[] = []
      for (;;) {
        const count = readSync(file, this.buffer, 0, this.buffer.length, this.at)
        if (count === 0) return lines
        this.at += count
        const parts = (this.rest + this.buffer.toString('latin1', 0, count)).split('\n')
        this.rest = parts.pop()!
        for (const part of parts) lines.push(part)
      }
    } finally {
      closeSync(file)
    }
  }
}
