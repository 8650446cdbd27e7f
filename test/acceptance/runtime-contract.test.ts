/** The contract of container runtimes against a real containerd, in a place of its own. Needs root. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll } from 'vitest'
import { openContainerd, purgeContainerd } from '../../src/kubelet/index.ts'
import { cgroupRootOf } from '../../src/kubelet/containerd/paths.ts'
import { describeContainerRuntime } from '../../src/kubelet/runtime/contract.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'

const BRIDGE = 'naruk0'
const SUBNET = '10.245.0.0/24'
const directory = mkdtempSync(join(tmpdir(), 'naru-kubelet-'))
const stateDir = join(directory, 'state')
const runDir = join(directory, 'run')
const confDir = join(directory, 'cni')

const network = {
  cniVersion: '0.4.0',
  name: 'naruk',
  plugins: [
    {
      type: 'bridge',
      bridge: BRIDGE,
      isGateway: true,
      ipam: { type: 'host-local', dataDir: join(directory, 'ipam'), ranges: [[{ subnet: SUBNET }]] },
    },
  ],
}

afterAll(async () => {
  await purgeContainerd({ stateDir, runDir, logger: silentLogger, clock: systemClock })
  execFileSync('ip', ['link', 'delete', BRIDGE])
  rmSync(directory, { recursive: true, force: true })
}, 60_000)

describeContainerRuntime('containerd', {
  async open(registry) {
    await mkdir(confDir, { recursive: true })
    await writeFile(join(confDir, '10-naru.conflist'), JSON.stringify(network))
    const binDirs = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni'].filter((path) =>
      existsSync(join(path, 'bridge')),
    )
    const containerd = await openContainerd({
      stateDir,
      runDir,
      cni: { binDirs, confDir },
      registry,
      logger: silentLogger,
      clock: systemClock,
    })
    return containerd.runtime
  },
  logsDir: join(directory, 'logs'),
  cgroupParent: cgroupRootOf(stateDir),
})
