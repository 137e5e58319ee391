import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'rolldown'

/**
 * The package as it runs: a file per command and a few shared chunks, with the packages that every
 * start needs inside them. Why: docs/decisions/0006-bundle.md.
 */
const entries = [
  ...globSync('commands/**/*.ts'),
  'src/index.ts',
  'src/cli/main.ts',
  'src/cli/command-not-found.ts',
  'src/cli/help.ts',
  'src/runtime/threads/thread-entry.ts',
]

export default defineConfig({
  input: Object.fromEntries(entries.map((file) => [file.replace(/\.ts$/, ''), file])),
  platform: 'node',
  // Loaded for a configuration in YAML alone.
  external: /^yaml$/,
  plugins: [notices()],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
})

/** Writes the licences of the packages inside the bundle beside it, as they ask for. */
function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle(_, bundle) {
      const folders = new Set<string>()
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        for (const id of chunk.moduleIds) {
          const folder = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]
          if (folder !== undefined) folders.add(folder)
        }
      }
      const source = [...folders].sort().map(noticeOf).join('\n\n')
      this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source })
    },
  }
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`
  return `== ${name} ${version} (${license})${text}`
}
