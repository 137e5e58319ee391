import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'
import { documentFrom } from '../support/e2e/documents.ts'

const CONFIG = 'pstool.config.ts'

describe.concurrent('init', () => {
  it('writes a configuration that the other commands read', async () => {
    using folder = folderWith()
    const at = { cwd: folder.path }
    expect(await documentFrom(['init'], at)).toMatchObject({ created: [CONFIG] })
    const { routes } = await documentFrom<{ routes: unknown[] }>(
      ['route', 'a', '--strategy', 'md5'],
      at,
    )
    expect(routes).toHaveLength(1)
  })

  it('refuses to replace what is there, unless forced', async () => {
    const mine = 'export default { strategies: { mine: { segments: 2 } } }\n'
    using folder = folderWith({ [CONFIG]: mine })
    const at = { cwd: folder.path }
    const refused = await pstool(['init', '--demo', '--json'], at)
    expect(refused).toMatchObject({ stderr: '', exitCode: 3 })
    expect(documentOf(refused)).toMatchObject({ error: { code: 'init.exists' } })
    expect(readFileSync(join(folder.path, CONFIG), 'utf8')).toBe(mine)
    expect(existsSync(join(folder.path, '.pstool'))).toBe(false)

    expect(await pstool(['init', '--force'], at)).toMatchObject({ stderr: '', exitCode: 0 })
    expect(readFileSync(join(folder.path, CONFIG), 'utf8')).not.toBe(mine)
  })

  it('does not stand beside a configuration of another format', async () => {
    using folder = folderWith({ 'pstool.config.yaml': 'sources: {}\n' })
    const refused = await pstool(['init'], { cwd: folder.path })
    expect(refused).toMatchObject({ stdout: '', exitCode: 3 })
    expect(refused.stderr).toContain('pstool.config.yaml')
    expect(existsSync(join(folder.path, CONFIG))).toBe(false)
  })

  it('with --demo gives data at once, from folders below as well', async () => {
    using folder = folderWith({ 'deep/er/readme.txt': '' })
    await pstool(['init', '--demo'], { cwd: folder.path })
    const below = { cwd: join(folder.path, 'deep/er') }
    const document = await documentFrom(['simulate', '--segments', '5'], below)
    expect(document).toMatchObject({ messages: 6000, lanes: [{ count: 5 }] })
    expect(existsSync(join(folder.path, '.pstool/demo.db'))).toBe(true)
  })
})

describe.concurrent('what a command works on', () => {
  it('is what the flag says, else the variable, else the configuration', async () => {
    const config = { sources: { a: 'a.txt', b: 'b.txt', c: 'c.txt' }, defaults: { source: 'a' } }
    using folder = folderWith({
      'pstool.config.json': JSON.stringify(config),
      'a.txt': 'a\n',
      'b.txt': 'b\n',
      'c.txt': 'c\n',
    })
    const topKey = async (flags: readonly string[], env: Record<string, string>) => {
      const document = await documentFrom<{ topKeys: { key: string }[] }>(
        ['analyze-keys', ...flags],
        { cwd: folder.path, env },
      )
      return document.topKeys[0]!.key
    }
    expect(await topKey([], {})).toBe('a')
    expect(await topKey([], { PSTOOL_SOURCE: 'b' })).toBe('b')
    expect(await topKey(['--source', 'c.txt'], { PSTOOL_SOURCE: 'b' })).toBe('c')
  })

  it.each(['yaml', 'json', 'mjs', 'ts'])('may be said in a pstool.config.%s', async (ending) => {
    const settings = { strategies: { mine: { segments: 5, reducer: 'crc32' } } }
    const json = JSON.stringify(settings)
    const texts: Record<string, string> = {
      yaml: 'strategies:\n  mine: { segments: 5, reducer: crc32 }\n',
      json,
      mjs: `export default ${json}\n`,
      ts: `import { defineConfig } from 'pstool'\nexport default defineConfig(${json})\n`,
    }
    using folder = folderWith({ [`pstool.config.${ending}`]: texts[ending]! })
    const { routes } = await documentFrom<{ routes: { arithmetic: { segment: string } }[] }>(
      ['route', 'a', '--strategy', 'mine'],
      { cwd: folder.path },
    )
    // CRC-32 of "a" is 0xe8b7be43 = 3904355907.
    expect(routes[0]!.arithmetic.segment).toMatch(/^crc32.*3904355907 mod 5 = 2$/)
  })
})
