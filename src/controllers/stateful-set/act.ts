/** Does what a plan says, and tells of it in events. Source: k8s.io/kubernetes v1.34,
 *  pkg/controller/statefulset/stateful_pod_control.go. */
import { type ApiError, isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { isControlledBy } from '../objects/index.ts'
import { slowStart } from '../pods/index.ts'
import { claimNames, claimsOf, hasStorage, volumesWithClaims } from './claims.ts'
import type { StatefulSetController } from './controller.ts'
import { identityLabels } from './identity.ts'
import type { Plan, Step } from './plan.ts'
import { hasConflictingController, keepsPolicy, retentionReferences } from './retention.ts'

type Actions = Pick<StatefulSetController, 'client' | 'claims' | 'record'>

/** Throws the first failure; what comes after it is left undone. */
export async function carryOut(actions: Actions, set: k8s.StatefulSet, plan: Plan): Promise<void> {
  const doAll = async (steps: readonly Step[]) => {
    for (const step of steps) await STEPS[step.do](actions, set, step.pod)
  }
  for (const phase of plan.phases) {
    if (plan.inOrder) for (const steps of phase) await doAll(steps)
    else await slowStart(phase.length, (index) => doAll(phase[index] ?? []))
  }
}

const STEPS: Record<Step['do'], (actions: Actions, set: k8s.StatefulSet, pod: k8s.Pod) => Promise<void>> = {
  async create(actions, set, pod) {
    try {
      await createClaims(actions, set, pod)
      await actions.client.create(resources.pods, pod)
      await keepRetention(actions, set, pod)
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) return await unlessOurs(actions, set, { pod, error })
      tell(actions, set, { verb: 'create', what: podIn(set, pod), error })
      throw error
    }
    tell(actions, set, { verb: 'create', what: podIn(set, pod) })
  },

  async claims(actions, set, pod) {
    await createClaims(actions, set, pod)
    await telling(actions, set, pod, () => keepRetention(actions, set, pod))
  },

  async mend(actions, set, pod) {
    await telling(actions, set, pod, async () => {
      if (!hasStorage(set, pod)) await createClaims(actions, set, pod)
      await keepRetention(actions, set, pod)
      const labels = { ...pod.metadata.labels, ...identityLabels(pod) }
      const spec = hasStorage(set, pod) ? pod.spec : { ...pod.spec, volumes: volumesWithClaims(set, pod) }
      await actions.client.update(resources.pods, { ...pod, metadata: { ...pod.metadata, labels }, spec })
    })
    tell(actions, set, { verb: 'update', what: podIn(set, pod) })
  },

  async retain(actions, set, pod) {
    await keepRetention(actions, set, pod)
  },

  async delete(actions, set, pod) {
    const { uid } = pod.metadata
    try {
      await actions.client.delete(resources.pods, pod.metadata, {
        ...(uid !== undefined && { preconditions: { uid } }),
      })
    } catch (error) {
      // Gone already, or another pod of that name by now: what was to go has gone.
      if (isApiError(error, 'NotFound', 'Conflict')) return
      tell(actions, set, { verb: 'delete', what: podIn(set, pod), error })
      throw error
    }
    tell(actions, set, { verb: 'delete', what: podIn(set, pod) })
  },
}

/** The cache may not have seen the pod yet. One of that name that is somebody else's stays in the way. */
async function unlessOurs(
  { client }: Actions,
  set: k8s.StatefulSet,
  { pod, error }: { pod: k8s.Pod; error: ApiError },
): Promise<void> {
  const present = await client.get(resources.pods, pod.metadata)
  if (!isControlledBy(present, set)) throw error
}

/** Tells of a failed update, unless the cache was merely behind. */
async function telling(actions: Actions, set: k8s.StatefulSet, pod: k8s.Pod, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isApiError(error, 'Conflict')) tell(actions, set, { verb: 'update', what: podIn(set, pod), error })
    throw error
  }
}

/** Those that the cache has not. Throws what hinders, all of it in one. */
async function createClaims(actions: Actions, set: k8s.StatefulSet, pod: k8s.Pod): Promise<void> {
  const failures: string[] = []
  for (const claim of claimsOf(set, pod)) {
    const { name } = claim.metadata
    const present = actions.claims.get(claim.metadata)
    if (present !== undefined) {
      if (present.metadata.deletionTimestamp !== undefined) failures.push(`pvc ${name} is being deleted`)
      continue
    }
    const what = `Claim ${name} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`
    try {
      await actions.client.create(resources.persistentvolumeclaims, claim)
      record(actions, set, { reason: 'SuccessfulCreate', message: `create ${what} success` })
    } catch (error) {
      // The cache has not seen it yet.
      if (isApiError(error, 'AlreadyExists')) continue
      failures.push(`failed to create PVC ${name}: ${errorMessage(error)}`)
      const message = `create ${what.replace(' Pod ', ' for Pod ')} failed error: ${errorMessage(error)}`
      record(actions, set, { type: 'Warning', reason: 'FailedCreate', message })
    }
  }
  if (failures.length > 0) throw new Error(failures.length === 1 ? failures[0] : `[${failures.join(', ')}]`)
}

/** Gives the pod's claims the owners that the retention policy asks for, as far as the cache has them. */
async function keepRetention(actions: Actions, set: k8s.StatefulSet, pod: k8s.Pod): Promise<void> {
  for (const name of claimNames(set, pod)) {
    const claim = actions.claims.get({ namespace: set.metadata.namespace, name })
    if (claim === undefined) continue
    const owners = { set, pod }
    if (hasConflictingController(claim, owners)) {
      const message =
        `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, ` +
        'the retention policy is ignored for this claim'
      record(actions, set, { type: 'Warning', reason: 'ConflictingController', message })
    }
    if (keepsPolicy(claim, owners)) continue
    const ownerReferences = retentionReferences(claim, owners)
    const metadata = { ...claim.metadata, ownerReferences }
    await actions.client.update(resources.persistentvolumeclaims, { ...claim, metadata })
  }
}

const podIn = (set: k8s.StatefulSet, pod: k8s.Pod) => `Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`

function tell(
  actions: Actions,
  set: k8s.StatefulSet,
  { verb, what, error }: { verb: 'create' | 'update' | 'delete'; what: string; error?: unknown },
): void {
  const titled = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`
  if (error === undefined)
    return record(actions, set, { reason: `Successful${titled}`, message: `${verb} ${what} successful` })
  const message = `${verb} ${what} failed error: ${errorMessage(error)}`
  record(actions, set, { type: 'Warning', reason: `Failed${titled}`, message })
}

function record(
  actions: Actions,
  set: k8s.StatefulSet,
  event: { type?: 'Warning'; reason: string; message: string },
): void {
  actions.record({ regarding: set, type: 'Normal', ...event })
}
