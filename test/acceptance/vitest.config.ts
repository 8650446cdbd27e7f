import { defineConfig } from 'vitest/config'
import { RetriedReporter } from './harness/retried.ts'

/** Real containers, kubectl, curl: one file after another, because they share the machine's network and ports. */
export default defineConfig({
  test: {
    include: ['test/acceptance/**/*.test.ts'],
    // CI leaves these out, as it has to fit: .ci/run.
    tags: [{ name: 'long', description: 'takes long, and what it tells apart is proven in part by quicker ones' }],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['verbose', new RetriedReporter()],
    passWithNoTests: false,
  },
})
