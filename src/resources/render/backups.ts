/** What makes backups of a Resource: dumps by the clock, in a volume of their own. Each is written, read again and checked
 *  by the server's own programs, and only then has the name of a backup. Pure. */
import {
  BACKUP_LABEL,
  type BackingResource,
  type k8s,
  type KubeObject,
  type ProvisionerDump,
  type ProvisionerSpec,
} from '../../api/index.ts'
import { textOf } from './fill.ts'
import { BACKUP_PARAM, BACKUP_STORAGE_PARAM, BACKUPS_KEPT_PARAM, type Params, STORAGE_CLASS_PARAM } from './params.ts'

/** The CronJob's, and the claim's. */
export const backupsName = ({ metadata }: BackingResource): string => `${metadata.name}-backups`
/** Where the volume is, in pods that have it. */
export const BACKUPS_PATH = '/backups'

const OFF = 'off'
const KEPT = 7
const STORAGE = '1Gi'
/** At night, by UTC. */
const SCHEDULES: Readonly<Record<string, string>> = {
  hourly: '0 * * * *',
  daily: '0 3 * * *',
  weekly: '0 3 * * 0',
}
/** Of a base image of Debian, and of those with a user of their own nothing else is needed. */
const USER_ID = 65532

/** A run that broke off left a part, and none is written but this one: no other begins meanwhile. */
const WRITE = 'umask 077; rm -f /backups/*.part; "$@" >"/backups/$BACKUP.part"'
const CHECK = '"$@" <"/backups/$BACKUP.part"'
/** By the time it was whole. `$1`: how its name ends, `$2`: how many are kept. */
const KEEP = `sync "/backups/$BACKUP.part"
mv "/backups/$BACKUP.part" "/backups/$(date -u +%Y%m%d-%H%M%S).$1"
ls /backups | grep "\\.$1$" | sort -r | tail -n "+$(($2 + 1))" | while read -r old; do rm -f "/backups/$old"; done`

export interface BackupInput {
  resource: BackingResource
  spec: ProvisionerSpec
  params: Params
  /** The server's. Throws ResourceFailure where there is none. */
  image: () => string
  /** The Secret that says how it is reached. */
  binding: string
}

/** None where they are off, or nothing says how a dump is made. Throws ResourceFailure. */
export function backupsOf(input: BackupInput): KubeObject[] {
  const { resource, spec, params } = input
  const when = params[BACKUP_PARAM]
  const dump = spec.commands?.dump
  if (typeof when !== 'string' || when === OFF || dump === undefined) return []
  const name = backupsName(resource)
  const storageClassName = params[STORAGE_CLASS_PARAM]
  const claim: k8s.PersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(typeof storageClassName === 'string' && { storageClassName }),
      resources: { requests: { storage: textOf(params[BACKUP_STORAGE_PARAM] ?? STORAGE) } },
    },
  }
  const labels = { [BACKUP_LABEL]: resource.metadata.name, 'app.kubernetes.io/managed-by': 'naru' }
  const metadata = { labels } as unknown as k8s.ObjectMeta
  const cronJob: k8s.CronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: {
      schedule: SCHEDULES[when] ?? when,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata,
        spec: { backoffLimit: 1, template: { metadata, spec: podSpec(input, dump) } },
      },
    },
  }
  return [claim, cronJob]
}

function podSpec({ resource, spec, params, image, binding }: BackupInput, dump: ProvisionerDump): k8s.PodSpec {
  const environment = Object.entries(spec.commands?.environment ?? {}).map(([name, key]) => ({
    name,
    // Of what a server elsewhere asks for its own binding has nothing.
    valueFrom: { secretKeyRef: { name: binding, key, optional: true } },
  }))
  const job = { fieldPath: "metadata.labels['batch.kubernetes.io/job-name']" }
  const step = (name: string, script: string, words: readonly string[]): k8s.Container => ({
    name,
    image: image(),
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-ec', script, 'sh', ...words],
    env: [{ name: 'BACKUP', valueFrom: { fieldRef: job } }, ...environment],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    resources: { requests: { cpu: '50m', memory: '64Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'backups', mountPath: BACKUPS_PATH }],
  })
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      fsGroup: USER_ID,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [step('write', WRITE, dump.write), step('check', CHECK, dump.check)],
    containers: [step('keep', KEEP, [dump.extension, textOf(params[BACKUPS_KEPT_PARAM] ?? KEPT)])],
    volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: backupsName(resource) } }],
  }
}
