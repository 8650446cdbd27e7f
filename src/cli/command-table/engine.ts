/** The engine and this machine. */
import type { CommandArea } from './command-spec.ts'

export const ENGINE_COMMANDS = {
  up: {
    arguments: [],
    summary: 'up.summary',
    examples: ['naru up', 'naru up --port 8081', 'naru up --runtime process'],
    options: [
      { flags: '--runtime <runtime>', description: 'up.option.runtime', choices: ['containerd', 'process'] },
      { flags: '--port <number>', description: 'up.option.port' },
      { flags: '--https-port <number>', description: 'up.option.httpsPort' },
      { flags: '--api-port <number>', description: 'up.option.apiPort' },
    ],
    isOwn: true,
  },
  down: {
    arguments: [],
    summary: 'down.summary',
    examples: ['naru down', 'naru down --timeout 2m', 'naru down --purge'],
    options: [
      { flags: '--timeout <duration>', description: 'down.option.timeout' },
      { flags: '--now', description: 'down.option.now' },
      { flags: '--purge', description: 'down.option.purge' },
    ],
    isOwn: true,
  },
  status: {
    arguments: [],
    summary: 'status.summary',
    examples: ['naru status', 'naru status --json'],
    options: [],
  },
  why: {
    arguments: ['<pod>'],
    summary: 'why.summary',
    examples: ['naru why hello-7d9f-x2x4k', 'naru why web-0 --namespace shop --json'],
    options: [],
  },
  backup: {
    arguments: ['[file]'],
    summary: 'backup.summary',
    examples: ['naru backup', 'naru backup /mnt/backups/naru.backup'],
    options: [],
    isOwn: true,
  },
  restore: {
    arguments: ['<file>'],
    summary: 'restore.summary',
    examples: ['naru restore naru.backup', 'naru restore naru.backup --yes'],
    options: [{ flags: '-y, --yes', description: 'restore.option.yes' }],
    isOwn: true,
  },
  trust: {
    arguments: [],
    summary: 'trust.summary',
    examples: ['naru trust', 'naru trust --remove'],
    options: [{ flags: '--remove', description: 'trust.option.remove' }],
    isOwn: true,
  },
  doctor: {
    arguments: [],
    summary: 'doctor.summary',
    examples: ['naru doctor', 'naru doctor --fix'],
    options: [{ flags: '--fix', description: 'doctor.option.fix' }],
    isOwn: true,
  },
  kubeconfig: {
    arguments: [],
    summary: 'kubeconfig.summary',
    examples: ['naru kubeconfig > naru.kubeconfig'],
    options: [],
    isOwn: true,
  },
} as const satisfies CommandArea
