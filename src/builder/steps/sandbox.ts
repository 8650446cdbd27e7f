/** The command line that runs a program in a bubblewrap sandbox: own mounts, processes and host name; the network is the
 *  machine's, because packages come from there. The system is there to read, one folder to write. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BuildHost } from '../context.ts'

export interface SandboxOptions {
  host: BuildHost
  env: Readonly<Record<string, string | undefined>>
  command: readonly string[]
  /** Seen as /app and writable. */
  appDir: string
  /** Seen at their own paths. */
  readOnly: readonly string[]
  writable: readonly string[]
  /** A file seen as /etc/passwd. */
  passwd: string
  /** Who the program runs as when Naru is root. */
  userId: number
  /** A folder with a system of its own (a toolchain), in place of the machine's. */
  system?: string
}

/** What of /etc a program needs to find hosts, certificates, libraries and the time zone; no secrets. */
const ETC = [
  'ssl',
  'ca-certificates',
  'pki',
  'resolv.conf',
  'hosts',
  'nsswitch.conf',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'alternatives',
  'localtime',
  'services',
  'protocols',
]

/** Of these the machine's, whatever the system: how the network is reached. */
const NETWORK_ETC = ['ssl', 'ca-certificates', 'pki', 'resolv.conf', 'hosts', 'nsswitch.conf', 'localtime']

/** Without bubblewrap, the program itself. */
export function sandboxed(options: SandboxOptions): { file: string; args: string[] } {
  const [program = '', ...rest] = options.command
  const { bwrap, isRoot } = options.host
  if (bwrap === undefined) return { file: program, args: rest }
  const id = String(options.userId)
  const certificates = certificateFiles(options.env)
  // As root there is no need for a user namespace (which some kernels refuse): the sandbox itself gives up root.
  const identity = isRoot
    ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID']
    : ['--unshare-user']
  const lowered = isRoot
    ? ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs', '--']
    : []
  return {
    file: bwrap,
    args: [
      '--die-with-parent',
      '--new-session',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--unshare-cgroup-try',
      '--hostname',
      'build',
      ...identity,
      '--ro-bind',
      join(options.system ?? '/', 'usr'),
      '/usr',
      ...systemFolders(options.system ?? '/'),
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      '--perms',
      '1777',
      '--tmpfs',
      '/tmp',
      '--perms',
      '1777',
      '--tmpfs',
      '/home/app',
      ...foldersAbove(['/etc/passwd', ...certificates, ...options.readOnly, ...options.writable]),
      ...(options.system === undefined ? ETC : NETWORK_ETC).flatMap((name) => [
        '--ro-bind-try',
        `/etc/${name}`,
        `/etc/${name}`,
      ]),
      ...(options.system === undefined ? [] : ownSettings(options.system)),
      '--ro-bind',
      options.passwd,
      '/etc/passwd',
      ...certificates.flatMap((path) => ['--ro-bind-try', path, path]),
      ...options.readOnly.flatMap((path) => ['--ro-bind', path, path]),
      ...options.writable.flatMap((path) => ['--bind', path, path]),
      '--bind',
      options.appDir,
      '/app',
      '--chdir',
      '/app',
      '--',
      ...lowered,
      program,
      ...rest,
    ],
  }
}

/** /bin, /lib and so on: links on merged systems, folders on others. */
function systemFolders(system: string): string[] {
  return ['/bin', '/sbin', '/lib', '/lib32', '/lib64'].flatMap((path) => {
    const source = join(system, path)
    const facts = lstatSync(source, { throwIfNoEntry: false })
    if (facts === undefined) return []
    return facts.isSymbolicLink() ? ['--symlink', readlinkSync(source), path] : ['--ro-bind', source, path]
  })
}

/** What a toolchain's packages have in /etc. */
function ownSettings(system: string): string[] {
  return readdirSync(join(system, 'etc'))
    .filter((name) => !NETWORK_ETC.includes(name) && name !== 'passwd')
    .sort()
    .flatMap((name) => ['--ro-bind', join(system, 'etc', name), `/etc/${name}`])
}

/** The folders that mount points are in, open to the program: bubblewrap by itself makes them for root alone. */
function foldersAbove(paths: readonly string[]): string[] {
  const folders = new Set<string>()
  for (const path of paths) for (let above = dirname(path); above !== '/'; above = dirname(above)) folders.add(above)
  const mounted = ['/tmp', '/usr', '/home/app']
  return [...folders]
    .filter((folder) => !mounted.includes(folder) && !folder.startsWith('/usr/'))
    .sort()
    .flatMap((folder) => ['--perms', '0755', '--dir', folder])
}

function certificateFiles(env: SandboxOptions['env']): string[] {
  return [env.NODE_EXTRA_CA_CERTS, env.SSL_CERT_FILE].filter(
    (path): path is string => path !== undefined && path.startsWith('/') && !path.startsWith('/etc/ssl/'),
  )
}
