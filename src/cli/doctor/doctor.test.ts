import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HostFacts } from '../../host/index.ts'
import { type DoctorFacts, missingPackages, runChecks } from './checks.ts'
import { installPackages, type RunVisibly, runVisibly } from './install.ts'

const binary = (name: string) => ({ path: `/usr/bin/${name}`, version: '1.0' })
const host: HostFacts = {
  platform: 'linux',
  arch: 'x64',
  kernelRelease: '6.1.0',
  hostname: 'box',
  distribution: { id: 'debian', version: '12', name: 'Debian', like: [] },
  isRoot: true,
  capabilities: { sysResource: true, netAdmin: true, sysAdmin: true },
  binaries: Object.fromEntries(
    ['containerd', 'runc', 'nft', 'ip', 'bwrap', 'apt-get', 'dpkg-deb', 'tar', 'xz'].map((name) => [
      name,
      binary(name),
    ]),
  ),
  cni: { directory: '/usr/lib/cni', missing: [] },
  caCertificates: true,
  kernel: {
    overlayfs: true,
    userNamespaces: { ok: true },
    nfTables: { ok: true },
    cgroup: { mode: 'v2', controllers: ['cpu', 'memory'], writable: true },
  },
  ports: { 80: { ok: true }, 8080: { ok: true } },
  diskFreeBytes: 50 * 2 ** 30,
  memoryTotalBytes: 8 * 2 ** 30,
  memoryAvailableBytes: 4 * 2 ** 30,
  systemd: true,
}
const facts = (more: Partial<HostFacts>, gatewayPort?: number): DoctorFacts => ({
  host: { ...host, ...more },
  gatewayPort,
})
const bare: Partial<HostFacts> = {
  binaries: { 'apt-get': binary('apt-get'), 'dpkg-deb': binary('dpkg-deb'), tar: binary('tar') },
  cni: { missing: ['bridge'] },
  caCertificates: false,
}
const notOk = (given: DoctorFacts) =>
  Object.fromEntries(runChecks(given).flatMap(({ id, status }) => (status === 'ok' ? [] : [[id, status]])))

describe('doctor', () => {
  it('finds nothing on a complete machine', () => expect(notOk(facts({}))).toEqual({}))

  it('requires what containers need of root, and names the packages', () => {
    expect(notOk(facts(bare))).toEqual({
      containerd: 'fail',
      runc: 'fail',
      cni: 'fail',
      iproute: 'fail',
      nftables: 'fail',
      sandbox: 'fail',
      archives: 'warn',
      certificates: 'warn',
    })
    expect(missingPackages(runChecks(facts(bare)))).toEqual([
      'containerd',
      'runc',
      'containernetworking-plugins',
      'iproute2',
      'nftables',
      'bubblewrap',
      'xz-utils',
      'ca-certificates',
    ])
  })

  it('only warns an ordinary user', () => {
    const kernel = { ...host.kernel, nfTables: { ok: false, reason: 'not permitted' } }
    for (const more of [bare, { kernel }])
      expect(Object.values(notOk(facts({ ...more, isRoot: false })))).not.toContain('fail')
  })

  it.each<[string, Partial<HostFacts>, object]>([
    ['a full disk', { diskFreeBytes: 100 * 2 ** 20 }, { disk: 'fail' }],
    ['a nearly full disk', { diskFreeBytes: 2 ** 30 }, { disk: 'warn' }],
    ['little memory', { memoryAvailableBytes: 2 ** 28 }, { memory: 'warn' }],
    ['taken ports', { ports: { 80: { ok: false }, 8080: { ok: false } } }, { port: 'warn' }],
    ['a free 8080', { ports: { 80: { ok: false }, 8080: { ok: true } } }, {}],
    [
      'root in a restricted container',
      { capabilities: { ...host.capabilities, netAdmin: false } },
      { privileges: 'fail' },
    ],
    ['a kernel without overlayfs', { kernel: { ...host.kernel, overlayfs: false } }, { overlayfs: 'fail' }],
    [
      'read-only control groups',
      { kernel: { ...host.kernel, cgroup: { ...host.kernel.cgroup, writable: false } } },
      { cgroups: 'fail' },
    ],
    ['forbidden user namespaces', { kernel: { ...host.kernel, userNamespaces: { ok: false } } }, { sandbox: 'warn' }],
    ['another system', { platform: 'darwin' }, { system: 'warn' }],
  ])('judges %s', (_, more, expected) => expect(notOk(facts(more))).toEqual(expected))

  it('does not complain of a port that its own gateway has', () =>
    expect(notOk(facts({ ports: { 80: { ok: false }, 8080: { ok: false } } }, 80))).toEqual({}))
})

describe('installing', () => {
  async function install(options: { lists: boolean; codes: number[] }) {
    const root = await mkdtemp(join(tmpdir(), 'naru-apt-'))
    await mkdir(join(root, 'var/lib/apt/lists'), { recursive: true })
    if (options.lists) await writeFile(join(root, 'var/lib/apt/lists/debian_main_Packages'), '')
    const runs: string[] = []
    const codes = [...options.codes]
    const run: RunVisibly = async (file, args, { env, onLine }) => {
      expect(env.DEBIAN_FRONTEND).toBe('noninteractive')
      runs.push([file, ...args.slice(2)].join(' '))
      onLine('Setting up runc')
      return { code: codes.shift() ?? 0, tail: ['Setting up runc'] }
    }
    const lines: string[] = []
    const outcome = await installPackages({
      packages: ['runc'],
      env: {},
      signal: new AbortController().signal,
      run,
      root,
      onProgress: (phase, line) => lines.push(`${phase}: ${line}`),
    })
    await rm(root, { recursive: true })
    return { runs, code: outcome.code, lines }
  }
  const INSTALL = 'apt-get install --yes --no-install-recommends runc'

  it.each([
    ['installs at once where there are package lists', { lists: true, codes: [0] }, [INSTALL], 0],
    ['fetches the lists first where there are none', { lists: false, codes: [0, 0] }, ['apt-get update', INSTALL], 0],
    [
      'fetches them anew when installing fails',
      { lists: true, codes: [100, 0, 0] },
      [INSTALL, 'apt-get update', INSTALL],
      0,
    ],
    ['gives up when they cannot be fetched', { lists: false, codes: [100] }, ['apt-get update'], 100],
  ])('%s', async (_, options, runs, code) => {
    const result = await install(options)
    expect(result).toMatchObject({ runs, code })
    expect(result.lines.at(-1)).toMatch(/^(update|install): Setting up runc$/)
  })

  it('hands on the lines of a program and keeps the last', async () => {
    const lines: string[] = []
    const options = {
      env: process.env,
      signal: new AbortController().signal,
      onLine: (line: string) => lines.push(line),
    }
    const outcome = await runVisibly('sh', ['-c', 'for i in $(seq 30); do echo line $i; done; exit 3'], options)
    expect(outcome.code).toBe(3)
    expect(lines).toHaveLength(30)
    expect(outcome.tail.at(-1)).toBe('line 30')
    expect((await runVisibly('/no/such/program', [], options)).code).toBe(-1)
  })
})
