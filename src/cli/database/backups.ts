/** The backups that a cluster makes of a database: dumps by the clock, in a volume that pods of their own have. */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { PassThrough } from 'node:stream'
import { apiVersionOf, isApiError, type k8s, resources } from '../../api/index.ts'
import { BACKUPS_PATH, backupsName } from '../../resources/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { WAIT, untilRunning } from '../run/one-off-pod.ts'
import { type PodCommand, pipeThroughPod } from '../run/run-in-pod.ts'
import { type Database, dumpOf } from './database.ts'
import { isTrue, saidBy } from './failed-backups.ts'
import { textSink } from './server-command.ts'

export interface Backup {
  /** `20261121-030004`, when it was whole, by UTC. */
  name: string
  sizeBytes: number
}

const SUFFIX_BYTES = 3
const START_MS = 60_000
const CLEANUP_MS = 5000
const LOOK_AGAIN_MS = 300
/** A pod that reads them ends by itself, should the command line be killed. */
const READ_SECONDS = 6 * 3600
/** As `kubectl create job --from=cronjob/…` marks its own. */
const MANUAL = { 'cronjob.kubernetes.io/instantiate': 'manual' }
const NAME = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/

/** Milliseconds since 1970. */
export const timeOf = ({ name }: Backup): number => Date.parse(name.replace(NAME, '$1-$2-$3T$4:$5:$6Z'))

/** Throws CliError `dumpUnsupported`, `backupsElsewhere`, `backupsOff`. */
export async function backupJobOf(cluster: Cluster, database: Database, signal: AbortSignal): Promise<k8s.CronJob> {
  dumpOf(database)
  const { namespace, name } = database.resource.metadata
  if (database.elsewhere !== undefined) throw CliError.of('backupsElsewhere', { name })
  try {
    return await cluster.client.get(resources.cronjobs, { namespace, name: backupsName(database.resource) }, { signal })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    throw CliError.of('backupsOff', { name, type: database.resource.spec.type }, { cause: error })
  }
}

/** Lends a pod that has the volume, and does nothing of its own. */
export async function withBackups<Result>(
  context: CommandContext,
  cluster: Cluster,
  { cronJob, use }: { cronJob: k8s.CronJob; use: (pod: Omit<PodCommand, 'command'>) => Promise<Result> },
): Promise<Result> {
  const { client } = cluster
  const pod = await client.create(resources.pods, readerOf(cronJob), { signal: context.signal })
  try {
    await untilRunning(context, client, { pod, patienceMs: START_MS })
    return await use({ pod: pod.metadata, container: pod.spec?.containers[0]?.name ?? '' })
  } finally {
    const given = { gracePeriodSeconds: 0, signal: AbortSignal.timeout(CLEANUP_MS) }
    // That it could not be deleted must not hide how the rest went; it ends by itself.
    await client.delete(resources.pods, pod.metadata, given).catch(() => undefined)
  }
}

/** Made of the template of those that write them. */
function readerOf(cronJob: k8s.CronJob): k8s.Pod {
  const { namespace, name } = cronJob.metadata
  const template = cronJob.spec?.jobTemplate.spec?.template
  const { initContainers: _, containers, ...spec } = template?.spec ?? { containers: [] }
  return {
    metadata: {
      namespace,
      name: `${name}-read-${suffix()}`,
      labels: template?.metadata?.labels,
      ownerReferences: [ownerOf(cronJob)],
    },
    spec: {
      ...spec,
      activeDeadlineSeconds: READ_SECONDS,
      terminationGracePeriodSeconds: 0,
      containers: containers.map(({ env: __, ...container }) => ({ ...container, command: WAIT, stdin: true })),
    },
  }
}

/** The newest first. */
export async function listBackups(
  cluster: Cluster,
  { pod, database, signal }: { pod: Omit<PodCommand, 'command'>; database: Database; signal: AbortSignal },
): Promise<Backup[]> {
  const { extension } = dumpOf(database)
  const list = `cd ${BACKUPS_PATH}; for each in *."$1"; do [ ! -f "$each" ] || stat -c '%s %n' "$each"; done`
  const stdout = textSink({ characters: Infinity })
  const given = { ...pod, command: ['sh', '-c', list, 'sh', extension], stdout, stderr: textSink(), signal }
  await pipeThroughPod(cluster, given)
  const backups = stdout
    .text()
    .split('\n')
    .flatMap((line) => {
      const [, size = '', name = ''] = /^(\d+) (.+)$/.exec(line) ?? []
      const plain = name.slice(0, -extension.length - 1)
      return NAME.test(plain) ? [{ name: plain, sizeBytes: Number(size) }] : []
    })
  return backups.toSorted((a, b) => b.name.localeCompare(a.name))
}

/** Whether it is one of them. Throws CliError `backupUnknown`, `backupUnknownNone`. */
export function checkBackup(backups: readonly Backup[], wished: { backup: string; name: string }): void {
  const known = backups.map(({ name }) => name)
  if (known.length === 0) throw CliError.of('backupUnknownNone', wished)
  if (!known.includes(wished.backup)) throw CliError.of('backupUnknown', { ...wished, known: known.join(', ') })
}

/** Copies one into a file of this machine, private. Throws CliError `backupUnknown`, `backupUnknownNone`. */
export async function fetchBackup(
  context: CommandContext,
  cluster: Cluster,
  { database, name, path }: { database: Database; name: string; path: string },
): Promise<void> {
  const { signal } = context
  const cronJob = await backupJobOf(cluster, database, signal)
  const use = async (pod: Omit<PodCommand, 'command'>) => {
    const backups = await listBackups(cluster, { pod, database, signal })
    checkBackup(backups, { backup: name, name: database.resource.metadata.name })
    const entry = new PassThrough()
    const stderr = textSink()
    const command = ['cat', `${BACKUPS_PATH}/${name}.${dumpOf(database).extension}`]
    const written = pipeline(entry, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    const read = pipeThroughPod(cluster, { ...pod, command, stdout: entry, stderr, signal }).finally(() => entry.end())
    const [code] = await Promise.all([read, written])
    if (code !== 0) throw CliError.of('dumpUnusable', { path: name, reason: stderr.text() })
  }
  await withBackups(context, cluster, { cronJob, use })
}

/** Makes one now, and waits until it is checked. Throws CliError `backupFailed`. */
export async function backUpNow(context: CommandContext, cluster: Cluster, database: Database): Promise<void> {
  const { clock, signal } = context
  const { client } = cluster
  const cronJob = await backupJobOf(cluster, database, signal)
  const { namespace, name } = cronJob.metadata
  const { metadata, spec } = cronJob.spec?.jobTemplate ?? {}
  if ((cronJob.status?.active ?? []).length > 0)
    throw CliError.of('backupFailed', { name: database.resource.metadata.name, reason: 'one is being made just now' })
  const wished: k8s.Job = {
    metadata: {
      namespace,
      name: `${name}-now-${suffix()}`,
      labels: metadata?.labels,
      annotations: MANUAL,
      ownerReferences: [{ ...ownerOf(cronJob), controller: true }],
    },
    spec: spec as k8s.JobSpec,
  }
  const job = await client.create(resources.jobs, wished, { signal })
  for (;;) {
    const { status } = await client.get(resources.jobs, job.metadata, { signal })
    if (isTrue(status, 'Complete')) return
    if (isTrue(status, 'Failed')) {
      const labelSelector = `batch.kubernetes.io/job-name=${job.metadata.name}`
      const { items } = await client.list(resources.pods, { namespace, labelSelector, signal })
      const reason = saidBy(job, items)
      throw CliError.of('backupFailed', { name: database.resource.metadata.name, reason })
    }
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}

const ownerOf = ({ metadata: { name, uid = '' } }: k8s.CronJob): k8s.OwnerReference => ({
  apiVersion: apiVersionOf(resources.cronjobs),
  kind: resources.cronjobs.kind,
  name,
  uid,
})

const suffix = (): string => randomBytes(SUFFIX_BYTES).toString('hex')
