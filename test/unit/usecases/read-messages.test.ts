import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFileSource } from '../../../src/adapters/files/file-source.ts'
import {
  type MemoryMessage,
  MemoryMessageSource,
} from '../../../src/adapters/memory/memory-message-source.ts'
import { READ_ALL } from '../../../src/domain/model/selection.ts'
import { readMessages } from '../../../src/usecases/read-messages.ts'
import { folderWith } from '../../support/cli/temp-folder.ts'

const message = (partition: number): MemoryMessage => ({
  ...{ partition, key: Buffer.from('k'), value: null, headers: [], timestamp: null },
})
const source = () => new MemoryMessageSource('events', 4, [2, 0, 2, 3, 2].map(message))

describe('the summary of a read', () => {
  it('has a range per partition that gave messages, ascending, ends exclusive', async () => {
    const read = await readMessages(source(), READ_ALL, 'key', () => undefined)
    expect(read).toMatchObject({ partitioner: 'key', sample: 'all', seed: 1, interrupted: false })
    expect(read.ranges).toEqual([
      { topic: 'events', partition: 0, from: '0', to: '1', messages: 1 },
      { topic: 'events', partition: 2, from: '0', to: '3', messages: 3 },
      { topic: 'events', partition: 3, from: '0', to: '1', messages: 1 },
    ])
  })

  it('has ranges of each topic that a file holds', async () => {
    const lines = ['b', 'a', 'b'].map((topic, i) =>
      JSON.stringify({ topic, partition: 0, offset: i, key: 'k' }),
    )
    using folder = folderWith({ 'two.ndjson': lines.join('\n') })
    const path = join(folder.path, 'two.ndjson')
    const file = openFileSource({ path, uri: path, onBadRecord: 'fail' })
    const selection = { ...READ_ALL, partitions: [0] }
    const read = await readMessages(file, selection, 'key', () => undefined)
    expect(read.partitions).toEqual([0])
    expect(read.ranges).toEqual([
      { topic: 'a', partition: 0, from: '1', to: '2', messages: 1 },
      { topic: 'b', partition: 0, from: '0', to: '3', messages: 2 },
    ])
  })

  it('tells how far it is, of what it can give at most', async () => {
    const told: [number, number | null][] = []
    const selection = { ...READ_ALL, partitions: [2, 3], limit: 3, sample: 'head' } as const
    await readMessages(source(), selection, 'key', () => undefined, {
      onProgress: (messages, expected) => told.push([messages, expected]),
    })
    expect(told.at(-1)).toEqual([3, 3])
  })

  it('waits for a fold, and ends when it wants no more', async () => {
    let folded = 0
    const read = await readMessages(source(), READ_ALL, 'key', async (batch) => {
      await Promise.resolve()
      folded += batch.count
      return false
    })
    const told = read.ranges.reduce((sum, { messages }) => sum + messages, 0)
    expect(folded).toBeGreaterThan(0)
    expect(told).toBe(folded)
  })

  it('is marked when it was cut short', async () => {
    const read = await readMessages(source(), READ_ALL, 'key', () => undefined, {
      signal: AbortSignal.abort(),
    })
    expect(read).toMatchObject({ interrupted: true, ranges: [] })
  })

  it('calls a file that a limit cut short the head that it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pstool-'))
    const path = join(folder, 'keys.txt')
    writeFileSync(path, 'a\nb\nc\n')
    const file = () => openFileSource({ path, uri: path, onBadRecord: 'fail' })
    const cut = await readMessages(file(), { ...READ_ALL, limit: 2 }, 'key', () => undefined)
    const whole = await readMessages(file(), { ...READ_ALL, limit: 9 }, 'key', () => undefined)
    rmSync(folder, { recursive: true })
    expect([cut.sample, whole.sample]).toEqual(['head', 'all'])
  })
})
