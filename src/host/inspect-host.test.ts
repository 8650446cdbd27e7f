import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseVersion } from './binaries.ts'
import { choosePreferredRuntime } from './choose-runtime.ts'
import type { RunCommand } from './command.ts'
import { inspectHost } from './inspect-host.ts'
import { listeningPorts } from './listening-ports.ts'

const HYBRID = `25 30 0:22 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro
26 25 0:23 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
27 25 0:24 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
28 25 0:25 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
`
const UNIFIED = '25 30 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n'

/** A Debian machine with everything, as files. */
const COMPLETE: Record<string, string> = {
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  'etc/ssl/certs/ca-certificates.crt': '',
  'proc/filesystems': 'nodev\toverlay\n\text4\n',
  'proc/self/mountinfo': HYBRID,
  'proc/self/status': 'Name:\tnode\nCapEff:\t000001ffffffffff\n',
  'proc/sys/user/max_user_namespaces': '1000\n',
  'proc/meminfo': 'MemTotal: 100 kB\nMemAvailable:    2048 kB\n',
  'proc/1/comm': 'systemd\n',
  'sys/fs/cgroup/memory/tasks': '',
  'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
  'usr/lib/cni/bridge': '',
  'usr/lib/cni/host-local': '',
  'usr/lib/cni/loopback': '',
  'usr/lib/cni/portmap': '',
}
const PROGRAMS = ['containerd', 'runc', 'nft', 'ip', 'bwrap', 'apt-get', 'dpkg-deb', 'tar', 'xz']

describe('a machine looked at', () => {
  let root: string
  const asked: string[][] = []
  const run: RunCommand = async (file, args) => {
    asked.push([file, ...args])
    return { code: 0, stdout: 'containerd github.com/containerd/containerd 1.6.20~ds1\n', stderr: '' }
  }

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'naru-host-'))
    await write(COMPLETE)
    await mkdir(join(root, 'bin'))
    for (const name of PROGRAMS) await writeFile(join(root, 'bin', name), '', { mode: 0o755 })
  })
  afterEach(() => rm(root, { recursive: true }))

  async function write(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
  }
  const inspect = (options: { run?: RunCommand; uid?: number } = {}) =>
    inspectHost({ root, run, path: join(root, 'bin'), systemDirectories: [], ports: [], uid: 0, ...options })

  it('gives its distribution, programs with versions, plugins, memory and control groups', async () => {
    const facts = await inspect()
    expect(facts).toMatchObject({
      distribution: { id: 'debian', version: '12' },
      isRoot: true,
      capabilities: { sysAdmin: true, netAdmin: true, sysResource: true },
      binaries: { containerd: { path: join(root, 'bin/containerd'), version: '1.6.20' } },
      cni: { directory: join(root, 'usr/lib/cni'), missing: [] },
      caCertificates: true,
      kernel: { overlayfs: true, userNamespaces: { ok: true }, nfTables: { ok: true } },
      memoryAvailableBytes: 2048 * 1024,
      systemd: true,
    })
    expect(facts.kernel.cgroup).toEqual({ mode: 'hybrid', controllers: ['cpu', 'memory'], writable: true })
    expect(facts.binaries.kubectl).toBeUndefined()
    expect(facts.diskFreeBytes).toBeGreaterThan(0)
    expect(choosePreferredRuntime(facts)).toMatchObject({ runtime: 'containerd', reasons: [] })
  })

  it('asks nftables by a dry run only', async () => {
    asked.length = 0
    await inspect()
    const nft = asked.filter(([file, first]) => file?.endsWith('/nft') && first !== '--version')
    expect(nft).toEqual([[join(root, 'bin/nft'), '--check', 'add', 'table', 'ip', 'naru-probe']])
  })

  it('reads unified control groups', async () => {
    await write({ 'proc/self/mountinfo': UNIFIED })
    expect((await inspect()).kernel.cgroup).toEqual({
      mode: 'v2',
      controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'],
      writable: true,
    })
  })

  it('does not take a file that may not be executed for a program', async () => {
    await chmod(join(root, 'bin/runc'), 0o644)
    expect((await inspect()).binaries.runc).toBeUndefined()
  })

  const broken: [string, () => Promise<void>, string][] = [
    ['containerd missing', () => rm(join(root, 'bin/containerd')), 'noContainerd'],
    ['a plugin missing', () => rm(join(root, 'usr/lib/cni/bridge')), 'noCniPlugins'],
    ['no overlayfs', () => write({ 'proc/filesystems': 'ext4\n' }), 'noOverlayfs'],
    ['no control groups', () => write({ 'proc/self/mountinfo': '' }), 'noCgroupControllers'],
    ['an unprivileged container', () => write({ 'proc/self/status': 'CapEff:\t00000000a80425fb\n' }), 'noPrivileges'],
  ]
  it.each(broken)('falls back to processes with %s', async (_, breakIt, code) => {
    await breakIt()
    const choice = choosePreferredRuntime(await inspect())
    expect(choice.runtime).toBe('process')
    expect(choice.obstacles.map((obstacle) => obstacle.code)).toEqual([code])
    expect(choice.reasons).toHaveLength(1)
  })

  it('gives the words of a kernel that refuses nftables', async () => {
    const refusing: RunCommand = async () => ({ code: 1, stdout: '', stderr: 'Error: Operation not permitted\nmore' })
    const facts = await inspect({ run: refusing })
    expect(facts.kernel.nfTables).toEqual({ ok: false, reason: 'Error: Operation not permitted' })
  })

  it('chooses processes for an ordinary user, whatever is installed', async () => {
    expect(choosePreferredRuntime(await inspect({ uid: 1000 })).obstacles).toMatchObject([{ code: 'notRoot' }])
  })

  it.each([
    ['proc/sys/kernel/unprivileged_userns_clone', '0', 'kernel.unprivileged_userns_clone is 0'],
    ['proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1', 'kernel.apparmor_restrict_unprivileged_userns is 1'],
    ['proc/sys/user/max_user_namespaces', '0', 'user.max_user_namespaces is 0'],
  ])('sees that %s = %s forbids user namespaces', async (path, value, reason) => {
    await write({ [path]: value })
    expect((await inspect({ uid: 1000 })).kernel.userNamespaces).toEqual({ ok: false, reason })
  })

  it('survives a machine that shows nothing at all', async () => {
    await rm(root, { recursive: true })
    await mkdir(root)
    const facts = await inspect()
    expect(facts.kernel.cgroup.mode).toBe('none')
    expect(facts.binaries).toEqual({})
    expect(choosePreferredRuntime(facts).runtime).toBe('process')
  })

  it('finds the ports that a container listens on, IPv4 and IPv6', async () => {
    await write({
      'proc/7/cgroup': '0::/naru/pod1/0123456789abcdef\n',
      'proc/7/net/tcp':
        '  sl  local_address rem_address   st\n   0: 00000000:0D80 00000000:0000 0A 0\n   1: 0100007F:1F90 0100007F:0050 01 0\n',
      'proc/7/net/tcp6': '   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A\n',
      'proc/8/cgroup': '0::/other\n',
    })
    expect(await listeningPorts('0123456789abcdef', root)).toEqual([3000, 3456])
    expect(await listeningPorts('fedcba9876543210', root)).toEqual([])
    expect(await listeningPorts('', root)).toEqual([])
  })
})

it('says of a port whether it can be bound', async () => {
  const server = createServer().listen(0, '0.0.0.0')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const facts = await inspectHost({ ports: [port], versions: false })
  expect(facts.ports[port]).toEqual({ ok: false, reason: 'another program uses it' })
  server.close()
})

it.each([
  ['ip utility, iproute2-6.1.0, libbpf 1.1.0', '6.1.0'],
  ['bubblewrap 0.8.0', '0.8.0'],
  ['tar (GNU tar) 1.34', '1.34'],
  ['no number', undefined],
])('reads the version from %j', (text, version) => expect(parseVersion(text)).toBe(version))
