import { writeFileSync } from 'node:fs'
import { freshReadme } from '../test/support/readme.ts'

/** Writes what the README's commands print now into the README. Needs a build. */
writeFileSync('README.md', await freshReadme())
