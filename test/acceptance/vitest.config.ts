import { defineConfig } from 'vitest/config'

/** Real containers, kubectl, curl: one file after another, because they share the machine's network and ports. */
export default defineConfig({
  test: {
    include: ['test/acceptance/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['verbose'],
    passWithNoTests: false,
  },
})
