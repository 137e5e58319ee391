import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TestDirectory {
  file(name: string): string
  remove(): void
}

/** A real directory of the test's own. */
export function testDirectory(): TestDirectory {
  const path = mkdtempSync(join(tmpdir(), 'pstool-local-'))
  return { file: (name) => join(path, name), remove: () => rmSync(path, { recursive: true }) }
}
