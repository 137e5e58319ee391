import { defineConfig } from 'vitest/config'

/** One project per tier, so that `npm run check` can run the fast ones alone. */
const tier = (name: string, extra: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
})
const broker = {
  globalSetup: ['test/support/kafka/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/tidy.test.ts'] } },
      tier('property'),
      tier('contract', broker),
      tier('integration', broker),
      tier('e2e', { testTimeout: 60_000, hookTimeout: 60_000 }),
    ],
  },
})
