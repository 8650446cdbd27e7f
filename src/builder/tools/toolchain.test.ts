import { expect, it } from 'vitest'
import { systemClock } from '../../lib/index.ts'
import { startStep } from '../progress.ts'
import { openToolchain } from './toolchain.ts'

it('says what to install where builds cannot be shut off', async () => {
  const context = {
    cacheDir: '/nowhere',
    host: {
      platform: 'linux' as const,
      arch: 'x64',
      isRoot: true,
      bwrap: undefined,
      node: { version: '24.0.0', execPath: '/node' },
    },
    env: {},
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => {},
  }
  const reporter = startStep('app', systemClock, context.onProgress)
  await expect(openToolchain(context, { name: 'go', packages: ['golang-go'] }, reporter)).rejects.toMatchObject({
    reason: 'ToolMissing',
    hint: expect.stringContaining('naru doctor --fix'),
  })
})
