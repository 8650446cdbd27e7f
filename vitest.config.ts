import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/{differential,fuzz,harness}/**/*.test.ts'],
    pool: 'forks',
    // Modules hold no mutable state, so that files may share a process: a third of the time, and the rule is tried.
    isolate: false,
    testTimeout: 15_000,
    passWithNoTests: false,
  },
})
