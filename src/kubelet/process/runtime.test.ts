import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { describeContainerRuntime } from '../runtime/contract.ts'
import { openProcessRuntime } from './runtime.ts'

const stateDir = mkdtempSync(join(tmpdir(), 'naru-process-'))
afterAll(() => rmSync(stateDir, { recursive: true, force: true }))

describeContainerRuntime('process', {
  open: (registry) => openProcessRuntime({ stateDir, registry, logger: silentLogger, clock: systemClock }),
  logsDir: join(stateDir, 'logs'),
  cgroupParent: '',
})
