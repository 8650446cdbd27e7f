import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/harness/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 15_000,
    passWithNoTests: false,
  },
})
