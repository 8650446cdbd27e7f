/** A pod for one command: the image, environment and limits of a release, beside its processes. */
import { randomBytes } from 'node:crypto'
import { type App, type k8s, type Release, resources } from '../../api/index.ts'
import { type BoundResource, taskTemplate, withBindings } from '../../apps/index.ts'
import type { Client } from '../../client/index.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'

/** The process that such pods say they are. */
const RUN_PROCESS = 'run'
/** Should the command line be killed, the pod ends by itself. */
const LONGEST_SECONDS = 24 * 3600
const LOOK_AGAIN_MS = 50
const SUFFIX_BYTES = 3
/** Does nothing until the pod is deleted; of what it is made of, an image has at least the shell. */
export const WAIT = ['/bin/sh', '-c', 'command -v sleep >/dev/null && exec sleep 86400; read _']

/** The command is run in it afterwards, so that all it prints is seen and its exit code is known. */
export function oneOffPod(app: App, release: Release, bound: readonly BoundResource[]): k8s.Pod {
  const { metadata, spec } = withBindings(taskTemplate(release, { name: RUN_PROCESS, command: WAIT }), bound)
  const { name, namespace, uid = '' } = app.metadata
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-run-${randomBytes(SUFFIX_BYTES).toString('hex')}`,
      namespace,
      labels: metadata?.labels,
      ownerReferences: [{ apiVersion: app.apiVersion ?? '', kind: app.kind ?? '', name, uid }],
    },
    spec: {
      ...(spec as k8s.PodSpec),
      activeDeadlineSeconds: LONGEST_SECONDS,
      terminationGracePeriodSeconds: 0,
      containers: (spec?.containers ?? []).map((container) => ({ ...container, stdin: true })),
    },
  }
}

/** Throws CliError `runFailed` when it does not come to run. */
export async function untilRunning(
  { clock, signal }: CommandContext,
  client: Client,
  { pod, patienceMs }: { pod: k8s.Pod; patienceMs: number },
): Promise<void> {
  const deadline = clock.now() + patienceMs
  for (;;) {
    signal.throwIfAborted()
    const { status } = await client.get(resources.pods, pod.metadata, { signal })
    const state = status?.containerStatuses?.[0]?.state
    if (state?.running !== undefined) return
    const { reason, message } = state?.waiting ?? state?.terminated ?? {}
    const isOver = status?.phase === 'Failed' || status?.phase === 'Succeeded'
    if (isOver || clock.now() > deadline)
      throw CliError.of('runFailed', {
        pod: pod.metadata.name,
        reason: [reason ?? status?.reason ?? status?.phase, message ?? status?.message].filter(Boolean).join(': '),
      })
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}
