import { rmSync } from 'node:fs'

/** Removes the given build folders, so that a deleted source leaves nothing behind in them. */
for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true })
