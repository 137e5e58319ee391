import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** One project per tier, so that `npm run check` can run the fast ones alone. */
const tier = (name: string, extra: object = {}) => ({
  // The examples import the package by its name, as tsconfig.json has it too.
  resolve: {
    alias: [{ find: /^pstool$/, replacement: join(import.meta.dirname, 'src/index.ts') }],
  },
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
})
/** Ends what hangs; a busy machine alone must not come near it. */
const patience = { testTimeout: 180_000, hookTimeout: 240_000 }
/** Test files that leave nothing behind may share a worker and what it has loaded. */
const together = { isolate: false }
const broker = { globalSetup: ['test/support/kafka/global-setup.ts'], ...patience }

export default defineConfig({
  test: {
    // Many tests wait for a broker or a process: one more of them than there are cores.
    maxWorkers: availableParallelism() + 1,
    projects: [
      tier('unit', {
        include: ['test/unit/**/*.test.ts', 'test/{tidy,rules}.test.ts'],
        ...patience,
        ...together,
      }),
      tier('property', { ...patience, ...together }),
      tier('simulation', patience),
      tier('contract', broker),
      tier('integration', broker),
      tier('e2e', patience),
    ],
  },
})
