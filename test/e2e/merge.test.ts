import { describe, expect, it } from 'vitest'
import type { KeyProfileDocument } from '../../src/domain/keys/key-profile.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'

const records = (partition: number, topic = 'orders') =>
  ndjson(
    Array.from({ length: 40 }, (_, offset) => ({
      ...{ topic, partition, offset, key: `k${(offset * 7 + partition) % 11}` },
      value: JSON.stringify({ tenant: `t${offset % 5}` }),
    })),
  )
const byTenant = `({ value }) => JSON.parse(Buffer.from(value).toString()).tenant`
const config = `
export default {
  strategies: {
    tenants: { partitioner: function byTenant(message) { return (${byTenant})(message) },
      reducer: function second(key, count) { return Number(String(key).slice(1)) % count },
      segments: 5 },
  },
}`

describe.concurrent('merging profiles', () => {
  it('refuses flags that are typed and would do nothing, by their names', async () => {
    using folder = folderWith({ '0.ndjson': records(0) })
    const at = { cwd: folder.path }
    await pstool(['analyze-keys', '--source', '0.ndjson', '--out', '0.json'], at)
    const flags = ['--limit', '5', '--from', 'earliest', '--source', 'x', '--max-messages', '7']
    const { exitCode, stderr } = await pstool(['analyze-keys', '--merge', '0.json', ...flags], at)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(
      '--source, --limit, --from, --max-messages have no effect with --merge',
    )
    const selecting = await pstool(
      ['analyze-keys', '--merge', '0.json', '--partitions', '0,3-5'],
      at,
    )
    expect(selecting).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--partitions has no effect with --merge'),
    })
  })

  it('takes no notice of what variables say about reading', async () => {
    using folder = folderWith({ '0.ndjson': records(0), '1.ndjson': records(1) })
    const at = { cwd: folder.path }
    for (const part of [0, 1]) {
      const args = ['--source', `${part}.ndjson`, '--max-messages', '7', '--out', `${part}.json`]
      await pstool(['analyze-keys', ...args, '--segments', '3'], at)
    }
    const env = { PSTOOL_SOURCE: 'kafka://127.0.0.1:1/none', PSTOOL_PARTITIONER: 'hourly' }
    const args = ['analyze-keys', '--merge', '0.json', '1.json']
    const found = await documentFrom<KeyProfileDocument>(args, { ...at, env })
    expect(found).toMatchObject({ messages: 80, batches: { maxMessages: 7, batches: 12 } })
    const other = await documentFrom<KeyProfileDocument>([...args, '--reducers', 'md5'], at)
    expect(other.lanes.map(({ count, reducer }) => [count, reducer])).toEqual([[3, 'md5']])
  })

  it('joins what functions of the configuration made, by their names', async () => {
    using folder = folderWith({
      'pstool.config.mjs': config,
      '0.ndjson': records(0),
      '1.ndjson': records(1),
      'all.ndjson': records(0) + records(1),
    })
    const at = { cwd: folder.path }
    for (const part of ['0', '1', 'all']) {
      const args = ['--source', `${part}.ndjson`, '--strategy', 'tenants', '--out', `${part}.json`]
      expect(await pstool(['analyze-keys', ...args], at)).toMatchObject({ exitCode: 0 })
    }
    const of = (...files: string[]) =>
      documentFrom<KeyProfileDocument>(['analyze-keys', '--merge', ...files], at)
    const parts = await of('0.json', '1.json')
    const whole = await of('all.json')
    expect(parts.lanes).toMatchObject([{ count: 5, reducer: 'second', emptySlots: 0 }])
    expect({ ...parts, read: null }).toEqual({ ...whole, read: null })

    const elsewhere = { ...at, env: { PSTOOL_CONFIG: 'none.yaml' } }
    using empty = folderWith({ 'none.yaml': 'sources: {}\n' })
    const merge = ['analyze-keys', '--merge', `${folder.path}/0.json`]
    const lost = await pstool(merge, { ...elsewhere, cwd: empty.path })
    expect(lost).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('second') })
    const told = await pstool([...merge, '--segments', '2'], { ...elsewhere, cwd: empty.path })
    expect(told).toMatchObject({ exitCode: 0 })
  })

  it('looks at the slots of a strategy, and refuses one that would give other keys', async () => {
    const strategies = {
      hashed: { segments: 5, reducer: 'md5' },
      reduced: { reducer: 'murmur2' },
      tenants: { partitioner: 'payload:/tenant', segments: 5 },
    }
    using folder = folderWith({
      'pstool.config.json': JSON.stringify({ strategies }),
      '0.ndjson': records(0),
    })
    const at = { cwd: folder.path }
    const args = ['--source', '0.ndjson', '--partitions', '3', '--out', '0.json']
    await pstool(['analyze-keys', ...args], at)
    const merge = ['analyze-keys', '--merge', '0.json', '--strategy']
    const lanesOf = async (...strategy: string[]) => {
      const { lanes } = await documentFrom<KeyProfileDocument>([...merge, ...strategy], at)
      return lanes.map(({ layer, count, reducer }) => `${layer} ${count} ${reducer}`)
    }
    expect(await lanesOf('hashed')).toEqual(['segment 5 md5'])
    expect(await lanesOf('hashed', '--segments', '7')).toEqual(['segment 7 md5'])
    expect(await lanesOf('reduced')).toEqual(['partition 3 murmur2'])
    expect(await pstool([...merge, 'tenants'], at)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/strategy tenants has partitioner payload:\/tenant.*of key/s),
    })
  })

  it('refuses the reducer of a layer that neither flags nor profiles have', async () => {
    using folder = folderWith({ '0.ndjson': records(0) })
    const at = { cwd: folder.path }
    const args = ['--source', '0.ndjson', '--partitions', '3', '--out', '0.json']
    await pstool(['analyze-keys', ...args], at)
    const merge = ['analyze-keys', '--merge', '0.json']
    expect(await pstool([...merge, '--segment-reducer', 'md5'], at)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--segment-reducer has no effect without --segments'),
    })
    const known = await pstool([...merge, '--partition-reducer', 'md5'], at)
    expect(known).toMatchObject({ exitCode: 0 })
  })

  it('asks which slots where the profiles looked at different ones', async () => {
    using folder = folderWith({ '0.ndjson': records(0), '1.ndjson': records(1) })
    const at = { cwd: folder.path }
    for (const part of [0, 1]) {
      const args = ['--source', `${part}.ndjson`, '--segments', `${part + 2}`]
      await pstool(['analyze-keys', ...args, '--out', `${part}.json`], at)
    }
    const merge = ['analyze-keys', '--merge', '0.json', '1.json']
    const { exitCode, stderr } = await pstool(merge, at)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--segments N')])
    expect(await pstool([...merge, '--segments', '4'], at)).toMatchObject({ exitCode: 0 })
  })
})
