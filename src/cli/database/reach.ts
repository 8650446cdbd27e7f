/** A pod for a while with the programs that speak to a server elsewhere: those of the image of its kind. */
import { randomBytes } from 'node:crypto'
import { apiVersionOf, backingResources, type k8s, type Provisioner, resources } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { ensureEngine } from '../engine/ensure-engine.ts'
import { CliError } from '../errors.ts'
import { CONTEXT } from '../kubeconfig/context-name.ts'
import { serverImage } from '../resources/server-image.ts'
import { untilRunning, WAIT } from '../run/one-off-pod.ts'
import type { Database } from './database.ts'

const SUFFIX_BYTES = 3
const START_MS = 60_000
const CLEANUP_MS = 5000
/** It ends by itself, should the command line be killed. */
const LONGEST_SECONDS = 6 * 3600
const USER_ID = 65532

/** One whose server is a pod is as it was. The credentials are in a Secret of that pod, which goes with it. Throws
 *  CliError `elsewhereUnclear`, `resourceImageNeeded`, `buildFailed`, `runFailed`. */
export async function reachDatabase(
  context: CommandContext,
  cluster: Cluster,
  database: Database,
): Promise<AsyncDisposable & { database: Database }> {
  const { elsewhere, resource } = database
  if (elsewhere === undefined) return { database, [Symbol.asyncDispose]: async () => {} }
  if ('refusal' in elsewhere) throw elsewhere.refusal
  const { client } = cluster
  const { provisioner, values } = elsewhere
  const image = resource.spec.image ?? provisioner.spec.image ?? (await ownImage(context, provisioner))
  const { name, namespace } = resource.metadata
  const own = `${name}-client-${randomBytes(SUFFIX_BYTES).toString('hex')}`
  const pod = await client.create(resources.pods, clientPod(database, { name: own, image }), { signal: context.signal })
  const gone = {
    async [Symbol.asyncDispose]() {
      const given = { gracePeriodSeconds: 0, signal: AbortSignal.timeout(CLEANUP_MS) }
      // That it could not be deleted must not hide how the rest went; it ends by itself.
      await client.delete(resources.pods, pod.metadata, given).catch(() => undefined)
    },
  }
  await using opened = new AsyncDisposableStack()
  opened.use(gone)
  const { environment = {} } = database.commands
  const known = Object.entries(environment).flatMap(([variable, key]) => {
    const value = values[key]
    return value === undefined ? [] : [[variable, Buffer.from(value).toString('base64')] as const]
  })
  const owner = { apiVersion: 'v1', kind: resources.pods.kind, name: own, uid: pod.metadata.uid ?? '' }
  const secret = { metadata: { namespace, name: own, ownerReferences: [owner] }, data: Object.fromEntries(known) }
  await client.create(resources.secrets, secret, { signal: context.signal })
  await untilRunning(context, client, { pod, patienceMs: START_MS })
  opened.move()
  return { database: { ...database, client: { pod: pod.metadata, container: CONTAINER } }, ...gone }
}

const CONTAINER = 'client'

/** It waits for its Secret. */
function clientPod({ resource }: Database, { name, image }: { name: string; image: string }): k8s.Pod {
  const { metadata } = resource
  return {
    metadata: {
      namespace: metadata.namespace,
      name,
      labels: { 'app.kubernetes.io/managed-by': 'naru' },
      ownerReferences: [
        {
          apiVersion: apiVersionOf(backingResources),
          kind: backingResources.kind,
          name: metadata.name,
          uid: metadata.uid ?? '',
        },
      ],
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: LONGEST_SECONDS,
      terminationGracePeriodSeconds: 0,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER_ID,
        runAsGroup: USER_ID,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: CONTAINER,
          image,
          imagePullPolicy: 'IfNotPresent',
          command: WAIT,
          stdin: true,
          envFrom: [{ secretRef: { name } }],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }
}

async function ownImage(context: CommandContext, provisioner: Provisioner): Promise<string> {
  const isOwn = context.kubeContext === undefined || context.kubeContext === CONTEXT
  const image = isOwn ? await serverImage(context, provisioner, (await ensureEngine(context)).engine) : undefined
  if (image === undefined) throw CliError.of('resourceImageNeeded', { type: provisioner.spec.type })
  return image
}
