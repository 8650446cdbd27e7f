/** What Naru could leave on a machine: processes, mounts, interfaces, packet rules, namespaces, cgroups, files. */
import { readdir, readFile } from 'node:fs/promises'
import { runCommand } from './command.ts'

/** Sorted lines, each a trace; comparing two snapshots shows what a test left behind. */
export async function machineTraces(): Promise<string[]> {
  return [
    ...(await processes()),
    ...(await mounts()),
    ...(await lines('interface', 'ip', ['-o', 'link'], (line) => line.split(': ')[1]?.split('@')[0])),
    ...(await lines('rules', 'nft', ['list', 'tables'], (line) => line)),
    ...(await lines('iptables', 'iptables-save', [], (line) => (line.startsWith('-A') ? line : undefined))),
    ...(await entries('/run/netns')),
    ...(await entries('/var/run/netns')),
    ...(await entries('/run/containerd')),
    ...(await entries('/run/containerd/s')),
    ...(await entries('/run/containerd/fifo')),
    ...(await entries('/var/lib/cni')),
    ...(await entries('/var/lib/cni/networks')),
    ...(await entries('/var/lib/naru')),
    ...(await entries('/run/naru')),
    ...(await cgroups()),
    ...(await sysctls()),
  ].sort()
}

async function processes(): Promise<string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (/naru|containerd|pause/.test(command) && !/vitest|acceptance|\/bash/.test(command))
      found.push(`process ${command.replaceAll('\0', ' ').trim()}`)
  }
  return found
}

async function mounts(): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  return table
    .trim()
    .split('\n')
    .map((line) => `mount ${line.split(' ')[4]}`)
}

async function lines(
  what: string,
  file: string,
  args: string[],
  pick: (line: string) => string | undefined,
): Promise<string[]> {
  const result = await runCommand(file, args).catch(() => undefined)
  const picked = (result?.stdout ?? '').split('\n').map(pick)
  return picked.filter((line) => line !== undefined && line !== '').map((line) => `${what} ${line}`)
}

async function entries(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.map((name) => `file ${directory}/${name}`)
}

async function cgroups(): Promise<string[]> {
  const all = await readdir('/sys/fs/cgroup', { recursive: true }).catch(() => [])
  return all
    .filter((path) => /naru|kubepods|pod[0-9a-f-]{36}/.test(path) && !/\.[a-z_]+$/.test(path))
    .map((path) => `cgroup ${path}`)
}

async function sysctls(): Promise<string[]> {
  const names = ['net/ipv4/ip_forward', 'net/bridge/bridge-nf-call-iptables', 'net/ipv4/conf/all/route_localnet']
  return Promise.all(
    names.map(async (name) => `sysctl ${name}=${(await readFile(`/proc/sys/${name}`, 'utf8').catch(() => '')).trim()}`),
  )
}
