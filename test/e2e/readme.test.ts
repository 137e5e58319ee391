import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { freshReadme } from '../support/readme.ts'

it('README: its commands print what it shows, its tables say what the code says', async () => {
  expect(await freshReadme()).toBe(readFileSync('README.md', 'utf8'))
})
