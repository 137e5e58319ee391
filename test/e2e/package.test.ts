import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { pstool } from '../support/cli.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Makes Node call itself another version before the command line starts. */
const pretending = (version: string) => ({
  NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
  )}"`,
})

describe.concurrent('the Node that runs it', () => {
  it.each(['18.20.8', '20.20.2', '22.22.1', '22.9.0'])(
    'is refused when it is %s',
    async (version) => {
      const result = await pstool(['--version'], { env: pretending(version) })
      expect(result).toMatchObject({ stdout: '', exitCode: 2 })
      expect(result.stderr).toContain(`Node 22.22.2 or newer, and this is Node ${version}`)
    },
  )

  it.each(['22.22.2', '22.23.0', '23.0.0', '24.1.0'])('is taken when it is %s', async (version) => {
    const result = await pstool(['--version'], { env: pretending(version) })
    expect(result).toMatchObject({ stderr: '', exitCode: 0 })
  })
})

describe.concurrent('the package', () => {
  it('works by itself, with its dependencies and no others', async () => {
    using folder = folderWith({ 'keys.txt': '0\n5\n14\n23\n' })
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder.path]
    await run('npm', pack, { cwd: root })
    const archive = readdirSync(folder.path).find((name) => name.endsWith('.tgz'))!
    await run('tar', ['-xzf', archive], { cwd: folder.path })
    const home = join(folder.path, 'package')
    const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    linkDependencies(home, Object.keys(manifest.dependencies ?? {}))

    const bin = join(home, manifest.bin.pstool)
    const at = { cwd: folder.path }
    const version = await run(process.execPath, [bin, '--version'], at)
    expect(version.stdout).toContain(`pstool/${manifest.version} `)
    const args = [bin, 'analyze-keys', '--source', 'keys.txt', '--segments', '5', '--json']
    const analysis = await run(process.execPath, args, at)
    expect(JSON.parse(analysis.stdout)).toMatchObject({ kind: 'key-profile', messages: 4 })
    await run(process.execPath, [bin, 'init', '--demo'], at)
    const demo = await run(process.execPath, [bin, 'simulate', '--segments', '5', '--json'], at)
    expect(JSON.parse(demo.stdout)).toMatchObject({ kind: 'simulation', messages: 6000 })
    const library = `import { defineConfig } from 'pstool'; console.log(typeof defineConfig)`
    const imported = await run(process.execPath, ['--input-type=module', '-e', library], {
      cwd: home,
    })
    expect(imported.stdout).toBe('function\n')
  })

  it('holds what it needs, and nothing of its making', async () => {
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--dry-run', '--json'], {
      cwd: root,
    })
    const listed = JSON.parse(stdout) as { files: { path: string }[] }[] | Record<string, never>
    const [{ files }] = Object.values(listed) as [{ files: { path: string }[] }]
    const paths = files.map(({ path }) => path)
    const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const schemas = readdirSync(join(root, 'schemas')).map((name) => `schemas/${name}`)
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        bin.pstool,
        'oclif.manifest.json',
        ...Object.values<string>(exports['.']).map((path) => path.replace('./', '')),
        ...schemas,
      ]),
    )
    expect(
      paths.filter((path) => /(^|\/)(test|bench|\.cache|\.pstool)\/|\.db$/.test(path)),
    ).toEqual([])
  })
})

/** As an installation without development dependencies has them: those that are named, no others. */
function linkDependencies(home: string, names: readonly string[]): void {
  for (const name of names) {
    const link = join(home, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
}
