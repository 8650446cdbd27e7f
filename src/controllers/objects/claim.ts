/** Which of the candidates a controller owns: its own that still match stay, its own that no longer match are released,
 *  matching orphans are adopted. Source: k8s.io/kubernetes v1.34, pkg/controller/controller_ref_manager.go. */
import { type Client } from '../../client/index.ts'
import { isApiError, type k8s, type KubeObject, labelSelectorMatches, type Resource } from '../../api/index.ts'
import { controllerOf, controllerReference } from './owner-reference.ts'

export interface ClaimOptions<T extends KubeObject> {
  client: Client
  owner: KubeObject
  ownerResource: Resource
  selector: k8s.LabelSelector
  resource: Resource<T>
  candidates: readonly T[]
  /** What a member needs besides its labels; who lacks it is released. Default: nothing. */
  isMember?: (object: T) => boolean
  /** Put on what is adopted, and taken from what is released. */
  finalizer?: string
}

/** The claimed ones, as they are after adoption. Objects are never changed in place. */
export async function claimObjects<T extends KubeObject>(options: ClaimOptions<T>): Promise<T[]> {
  const claimed: T[] = []
  let mayAdopt: boolean | undefined
  for (const object of options.candidates) {
    const verdict = claimVerdict(object, options.owner, options.selector, options.isMember?.(object) ?? true)
    if (verdict === 'keep') claimed.push(object)
    else if (verdict === 'release') await release(options, object)
    else if (verdict === 'adopt') {
      // The cache may not know yet that the owner is going: ask once, and only when there is something to adopt.
      mayAdopt ??= await ownerLives(options)
      const adopted = mayAdopt ? await adopt(options, object) : undefined
      if (adopted !== undefined) claimed.push(adopted)
    }
  }
  return claimed
}

export type ClaimVerdict = 'keep' | 'release' | 'adopt' | 'ignore'

export function claimVerdict(
  object: KubeObject,
  owner: KubeObject,
  selector: k8s.LabelSelector,
  isMember = true,
): ClaimVerdict {
  const reference = controllerOf(object)
  const matches = isMember && labelSelectorMatches(selector, object.metadata.labels ?? {})
  const ownerGoing = owner.metadata.deletionTimestamp !== undefined
  if (reference !== undefined) {
    if (reference.uid !== owner.metadata.uid) return 'ignore'
    if (matches) return 'keep'
    return ownerGoing ? 'ignore' : 'release'
  }
  if (ownerGoing || !matches || object.metadata.deletionTimestamp !== undefined) return 'ignore'
  return object.metadata.namespace === owner.metadata.namespace ? 'adopt' : 'ignore'
}

async function ownerLives<T extends KubeObject>({ client, owner, ownerResource }: ClaimOptions<T>): Promise<boolean> {
  try {
    const fresh = await client.get(ownerResource, owner.metadata)
    return fresh.metadata.uid === owner.metadata.uid && fresh.metadata.deletionTimestamp === undefined
  } catch (error) {
    if (isApiError(error, 'NotFound')) return false
    throw error
  }
}

async function adopt<T extends KubeObject>(options: ClaimOptions<T>, object: T): Promise<T | undefined> {
  const { uid, resourceVersion, ownerReferences, finalizers = [] } = object.metadata
  const references = [...(ownerReferences ?? []), controllerReference(options.owner, options.ownerResource)]
  const held = options.finalizer && { finalizers: [...new Set([...finalizers, options.finalizer])] }
  const patch = { metadata: { uid, resourceVersion, ownerReferences: references, ...held } }
  return await unlessGone(options.client.patch(options.resource, object.metadata, patch))
}

async function release<T extends KubeObject>(options: ClaimOptions<T>, object: T): Promise<void> {
  const { uid, resourceVersion, ownerReferences, finalizers = [] } = object.metadata
  const references = (ownerReferences ?? []).filter((reference) => reference.uid !== options.owner.metadata.uid)
  const freed = options.finalizer && { finalizers: finalizers.filter((name) => name !== options.finalizer) }
  const patch = {
    metadata: { uid, resourceVersion, ownerReferences: references.length === 0 ? null : references, ...freed },
  }
  await unlessGone(options.client.patch(options.resource, object.metadata, patch))
}

async function unlessGone<T>(patched: Promise<T>): Promise<T | undefined> {
  try {
    return await patched
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
