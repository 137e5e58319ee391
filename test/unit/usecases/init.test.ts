import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { directoryFiles } from '../../../src/adapters/system/project-files.ts'
import { parseDocument } from '../../../src/documents/parse-document.ts'
import { PstoolError } from '../../../src/errors.ts'
import { type InitRequest, init } from '../../../src/usecases/init.ts'
import { loadInNode } from '../../support/cli/load-user-files-in-node.ts'
import { folderWith } from '../../support/cli/temp-folder.ts'

const run = (folder: string, changes: Partial<InitRequest> = {}) =>
  init(
    { demo: false, force: false, generatedBy: 'pstool 1.2.3', ...changes },
    directoryFiles(folder),
  )
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

async function refusal(folder: string, changes: Partial<InitRequest> = {}): Promise<PstoolError> {
  const error = await run(folder, changes).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof PstoolError) return error
  throw new Error('not refused')
}

describe('init', () => {
  it('writes one file and says so', async () => {
    using folder = folderWith()
    const document = await run(folder.path)
    expect(parseDocument('init', document, 'init').created).toEqual(['pstool.config.ts'])
    expect(readdirSync(folder.path)).toEqual(['pstool.config.ts'])
  })

  it('--demo keeps the demo cluster out of version control', async () => {
    using folder = folderWith()
    const document = await run(folder.path, { demo: true })
    expect(document.created).toEqual(['pstool.config.ts', '.pstool/.gitignore'])
    expect(read(folder.path, '.pstool/.gitignore')).toBe('*\n')
  })

  it('writes what loads: an example, or the demo that the checkout has as well', async () => {
    using folder = folderWith()
    using demo = folderWith()
    await run(folder.path)
    await run(demo.path, { demo: true })
    const places = [folder.path, demo.path, process.cwd()].map((cwd) => ({ cwd }))
    const [example, made, own] = loadInNode(places).answers
    expect(example?.config).toMatchObject({
      sources: { events: { cluster: 'main', topic: 'user_events' } },
      defaults: { source: 'events', cluster: 'main' },
    })
    expect(made?.config).toMatchObject({
      sources: { demo: 'local:.pstool/demo.db/user_events' },
      groups: { analytics: { segments: 4, topics: ['user_events'] } },
      defaults: { source: 'demo', cluster: 'demo' },
    })
    expect(made?.config).toEqual(own?.config)
  })

  it('overwrites nothing unless forced', async () => {
    using folder = folderWith({ 'pstool.config.ts': 'mine' })
    const error = await refusal(folder.path, { demo: true })
    expect([error.code, error.category]).toEqual(['init.exists', 'refused'])
    expect(readdirSync(folder.path)).toEqual(['pstool.config.ts'])
    expect(read(folder.path, 'pstool.config.ts')).toBe('mine')
    await run(folder.path, { force: true })
    expect(read(folder.path, 'pstool.config.ts')).toContain('defineConfig')
  })

  it('puts none beside another, forced or not', async () => {
    using folder = folderWith({ 'pstool.config.yaml': '' })
    const error = await refusal(folder.path, { force: true })
    expect(error.code).toBe('init.other-config')
    expect(error.message).toContain('pstool.config.yaml')
    expect(readdirSync(folder.path)).toEqual(['pstool.config.yaml'])
  })

  it('leaves a .gitignore that is there, and takes a second --demo --force', async () => {
    using folder = folderWith({ '.pstool/.gitignore': 'demo.db\n' })
    expect((await run(folder.path, { demo: true })).created).toEqual(['pstool.config.ts'])
    await run(folder.path, { demo: true, force: true })
    expect(read(folder.path, '.pstool/.gitignore')).toBe('demo.db\n')
  })

  it('says so where nothing can be written', async () => {
    using folder = folderWith({ '.pstool': 'a file where the folder would be' })
    expect((await refusal(folder.path, { demo: true })).code).toBe('files.unwritable')
  })
})
