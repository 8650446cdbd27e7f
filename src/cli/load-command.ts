/** The code of each command, loaded only when it runs: a quick command must not wait for what others need. */
import type { CommandName } from './command-table/command-spec.ts'
import type { CommandRun } from './context.ts'

const LOADERS: Record<CommandName, () => Promise<CommandRun>> = {
  init: async () => (await import('./commands/init.ts')).init,
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  render: async () => (await import('./commands/render.ts')).render,
  apps: async () => (await import('./commands/apps.ts')).apps,
  ps: async () => (await import('./commands/ps.ts')).ps,
  releases: async () => (await import('./commands/releases.ts')).releases,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  traffic: async () => (await import('./commands/traffic.ts')).traffic,
  route: async () => (await import('./commands/route.ts')).route,
  maintenance: async () => (await import('./commands/maintenance.ts')).maintenance,
  env: async () => (await import('./commands/env.ts')).env,
  add: async () => (await import('./commands/add.ts')).add,
  resources: async () => (await import('./commands/resources.ts')).resources,
  remove: async () => (await import('./commands/remove.ts')).remove,
  cron: async () => (await import('./commands/cron.ts')).cron,
  db: async () => (await import('./commands/db.ts')).db,
  scale: async () => (await import('./commands/scale.ts')).scale,
  restart: async () => (await import('./commands/restart.ts')).restart,
  run: async () => (await import('./commands/run.ts')).run,
  exec: async () => (await import('./commands/exec.ts')).exec,
  cp: async () => (await import('./commands/cp.ts')).cp,
  'port-forward': async () => (await import('./commands/port-forward.ts')).portForward,
  logs: async () => (await import('./commands/logs.ts')).logs,
  open: async () => (await import('./commands/open.ts')).open,
  delete: async () => (await import('./commands/delete.ts')).deleteApp,
  up: async () => (await import('./commands/up.ts')).up,
  down: async () => (await import('./commands/down.ts')).down,
  status: async () => (await import('./commands/status.ts')).status,
  why: async () => (await import('./commands/why.ts')).why,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/restore.ts')).restore,
  trust: async () => (await import('./commands/trust.ts')).trust,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  kubeconfig: async () => (await import('./commands/kubeconfig.ts')).kubeconfig,
  completion: async () => (await import('./commands/completion.ts')).completion,
  version: async () => (await import('./commands/version.ts')).version,
}

export const loadCommand = (name: CommandName): Promise<CommandRun> => LOADERS[name]()
