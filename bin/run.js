#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old one gets a sentence instead of a syntax error.
import module from 'node:module'

const [major, minor, patch] = process.versions.node.split('.').map(Number)
const newEnough = major > 22 || (major === 22 && (minor > 22 || (minor === 22 && patch >= 2)))

if (!newEnough) {
  process.stderr.write(
    `pstool needs Node 22.22.2 or newer, and this is Node ${process.versions.node}.\n` +
      'Try: npx -p node@24 -p pstool pstool --help   (or install Node 24 from nodejs.org)\n',
  )
  process.exit(2)
}

// Keeps compiled code between runs: half of the start-up is parsing the same packages again.
module.enableCompileCache?.()
void import('../dist/src/cli/main.js').then(({ execute }) => execute({ dir: import.meta.url }))
