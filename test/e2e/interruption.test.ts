import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { KeyProfileDocument } from '../../src/domain/keys/key-profile.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'
import { interrupted, interruptedAtPipe } from '../support/e2e/open-input.ts'

const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const run = promisify(execFile)

describe.concurrent('a read that is interrupted', () => {
  it('by Ctrl-C gives the profile of what was read, and exit code 130', async () => {
    const result = await interrupted(['analyze-keys', '--source', '-', '--json'], 'a\n', 'SIGINT')
    expect(result).toMatchObject({ stderr: '', exitCode: 130, signal: null })
    const { read, messages, keys } = documentOf<KeyProfileDocument>(result)
    expect(read.interrupted).toBe(true)
    expect(messages).toBeGreaterThan(0)
    expect(keys.distinct).toBe(1)
  })

  it('by SIGTERM gives the simulation of what was read, and exit code 143', async () => {
    const args = ['simulate', '--segments', '5', '--source', '-', '--json']
    const result = await interrupted(args, '{"key":"14"}\n', 'SIGTERM')
    expect(result).toMatchObject({ stderr: '', exitCode: 143, signal: null })
    const { read, lanes, messages } = documentOf<SimulationDocument>(result)
    expect(read.interrupted).toBe(true)
    expect(messages).toBeGreaterThan(0)
    expect(lanes[0]!.slots[1]!.messages).toBe(messages)
  })

  it.each(['', 'a\n', '{"key":"a"}\n'])(
    'by Ctrl-C does not wait for the silent writer of a named pipe, after lines of %j',
    async (line) => {
      using folder = folderWith()
      const pipe = join(folder.path, 'pipe')
      execFileSync('mkfifo', [pipe])
      const args = ['analyze-keys', '--source', pipe, '--json']
      const result = await interruptedAtPipe(args, pipe, line, 'SIGINT')
      expect(result).toMatchObject({ stderr: '', exitCode: 130, signal: null })
      const { read, messages, keys } = documentOf<KeyProfileDocument>(result)
      expect(read.interrupted).toBe(true)
      expect(messages > 0).toBe(line !== '')
      expect(keys.distinct).toBe(line === '' ? 0 : 1)
    },
  )

  it.each(['route --segments 5 --keys-from -', 'local load - local:never.db'])(
    'ends at once where there is no part to show: %s',
    async (command) => {
      using folder = folderWith()
      const args = command.split(' ').map((word) => word.replace('never.db', `${folder.path}/c.db`))
      const result = await interrupted(args, `${'a'.repeat(10_000)}\n`, 'SIGINT')
      expect(result).toMatchObject({ stdout: '', stderr: '', exitCode: null, signal: 'SIGINT' })
      expect(readdirSync(folder.path)).toEqual([])
    },
  )

  it.each(['analyze-keys', 'simulate --segments 5', 'sample --out sample.ndjson'])(
    'ends at once while a broker keeps it waiting: %s',
    async (command) => {
      using folder = folderWith()
      const { promise: asked, resolve } = Promise.withResolvers<void>()
      const broker = createServer((socket) => socket.once('data', () => resolve()))
      await once(broker.listen(0, '127.0.0.1'), 'listening')
      const { port } = broker.address() as AddressInfo
      const source = ['--source', `kafka://127.0.0.1:${port}/t?timeout-ms=600000`]
      const result = await pstool([...command.split(' '), ...source], {
        cwd: folder.path,
        onStart: (child) => void asked.then(() => child.kill('SIGINT')),
      })
      broker.close()
      expect(result).toEqual({ stdout: '', stderr: '', exitCode: 130, signal: null })
      expect(readdirSync(folder.path)).toEqual([])
    },
  )

  it('leaves no half of a sample under another name', async () => {
    using folder = folderWith()
    const out = join(folder.path, 'sample.ndjson')
    const result = await interrupted(['sample', '--source', '-', '--out', out], 'a\n', 'SIGINT')
    expect(result).toMatchObject({ stderr: '', exitCode: 130 })
    expect(readdirSync(folder.path)).toEqual(existsSync(out) ? ['sample.ndjson'] : [])
  })
})

describe.concurrent('a reader that goes away', () => {
  it.each([
    ['messages', 'sample'],
    ['a document', 'route --segments 5 --json --keys-from'],
  ])('ends the command that writes %s, without a word', async (_, command) => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `key-${i}\n`).join('')
    using folder = folderWith({ 'keys.txt': lines })
    const source = command === 'sample' ? '--source keys.txt' : 'keys.txt'
    const line = `"${process.execPath}" "${bin}" ${command} ${source} | head -n 1`
    const { stdout, stderr } = await run('sh', ['-c', line], { cwd: folder.path })
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toHaveLength(2)
  })
})
