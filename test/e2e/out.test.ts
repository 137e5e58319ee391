import { execFileSync, spawn } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'

/** What writes a file: a document and messages go different ways. */
const writers = [
  { what: 'a profile', args: ['analyze-keys', '--source', 'keys.txt', '--json', '--out'] },
  { what: 'a sample', args: ['sample', '--source', 'keys.txt', '--json', '--out'] },
]

describe.concurrent('--out', () => {
  it.each(writers)(
    'of $what replaces the target of a link, and leaves the link',
    async ({ args }) => {
      using folder = folderWith({ 'keys.txt': 'a\nb\n', 'target.json': 'old\n' })
      const link = join(folder.path, 'link.json')
      symlinkSync('target.json', link)
      const result = await pstool([...args, 'link.json'], { cwd: folder.path })
      expect(result).toMatchObject({ stderr: '', exitCode: 0 })
      expect(lstatSync(link).isSymbolicLink()).toBe(true)
      expect(readFileSync(join(folder.path, 'target.json'), 'utf8')).toMatch(/^\{.*"a"/)
      expect(readdirSync(folder.path).sort()).toEqual(['keys.txt', 'link.json', 'target.json'])
    },
  )

  it.each(['gz', 'zst'])('of a profile is compressed as .%s, and read back so', async (suffix) => {
    using folder = folderWith({ 'keys.txt': 'a\nb\n' })
    const at = { cwd: folder.path }
    const out = `profile.json.${suffix}`
    const whole = await pstool(['analyze-keys', '--source', 'keys.txt', '--json', '--out', out], at)
    expect(readFileSync(join(folder.path, out))[0]).toBe(suffix === 'gz' ? 0x1f : 0x28)
    const merged = await pstool(['analyze-keys', '--merge', out, '--json'], at)
    expect(merged).toMatchObject({ stderr: '', stdout: whole.stdout })
  })

  it.each(writers)('of $what writes into a pipe, and leaves the pipe', async ({ args }) => {
    using folder = folderWith({ 'keys.txt': 'a\nb\n' })
    const pipe = join(folder.path, 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'ignore'] })
    const arrived = text(reader.stdout)
    try {
      const result = await pstool([...args, 'pipe'], { cwd: folder.path })
      expect(result).toMatchObject({ stderr: '', exitCode: 0 })
      expect(lstatSync(pipe).isFIFO()).toBe(true)
      expect(await arrived).toMatch(/^\{.*"a"/)
    } finally {
      // Nobody would ever write to it again, had a file taken the pipe's place.
      reader.kill()
    }
  })
})
