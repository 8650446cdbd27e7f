/** ControllerRevisions: the templates that a stateful set or daemon set has had, each as the strategic merge patch that
 *  brings it back, which is what `kubectl rollout undo` applies. Pure. Source: k8s.io/kubernetes v1.34,
 *  pkg/controller/history and getPatch in pkg/controller/{statefulset,daemon}. */
import { apiVersionOf, type k8s, type KubeObject, type Resource, resources } from '../../api/index.ts'
import { controllerReference, semanticallyEqual, templateHash } from '../objects/index.ts'

/** On daemon pods and on daemon sets' revisions the hash; on pods of stateful sets the revision's name. */
export const HASH_LABEL = 'controller-revision-hash'

const LONGEST_NAME = 253

interface TemplatePatch {
  spec: { template: k8s.PodTemplateSpec & { $patch: 'replace' } }
}

export interface RevisionOwner extends KubeObject {
  spec: { template: k8s.PodTemplateSpec }
}

export interface NewRevisionOptions {
  resource: Resource
  /** The label that carries the hash. */
  hashLabel: string
  number: number
  collisionCount: number
}

/** The revision of the owner's present template. The same template has the same name. */
export function newRevision(owner: RevisionOwner, options: NewRevisionOptions): k8s.ControllerRevision {
  const { template } = owner.spec
  const hash = templateHash(template, options.collisionCount)
  const prefix = owner.metadata.name.slice(0, LONGEST_NAME - hash.length - 1)
  const data = inOrder({ spec: { template: { ...template, $patch: 'replace' } } } satisfies TemplatePatch)
  return structuredClone({
    apiVersion: apiVersionOf(resources.controllerrevisions),
    kind: resources.controllerrevisions.kind,
    metadata: {
      name: `${prefix}-${hash}`,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, [options.hashLabel]: hash },
      ...(owner.metadata.annotations && { annotations: owner.metadata.annotations }),
      ownerReferences: [controllerReference(owner, options.resource)],
    },
    data: data as k8s.RawExtension,
    revision: options.number,
  })
}

/** The same with its keys in order, as Go writes maps: Kubernetes' own clients compare revisions letter by letter. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, inOrder(field)]))
}

/** The template that a revision brings back; nothing when it is a patch of something else. */
export function templateOf(revision: k8s.ControllerRevision): k8s.PodTemplateSpec | undefined {
  const patch = revision.data as unknown as Partial<TemplatePatch> | undefined
  if (patch?.spec?.template === undefined) return undefined
  const { $patch: _, ...template } = patch.spec.template
  return template
}

export function hasTemplate(revision: k8s.ControllerRevision, template: k8s.PodTemplateSpec): boolean {
  const remembered = templateOf(revision)
  return remembered !== undefined && semanticallyEqual(remembered, template)
}

/** By number, then age, then name: the latest is last. */
export function revisionsInOrder(revisions: readonly k8s.ControllerRevision[]): k8s.ControllerRevision[] {
  return revisions.toSorted(
    (a, b) =>
      a.revision - b.revision ||
      (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
      a.metadata.name.localeCompare(b.metadata.name),
  )
}

export function nextRevision(revisions: readonly k8s.ControllerRevision[]): number {
  return Math.max(0, ...revisions.map(({ revision }) => revision)) + 1
}

/** Those to delete, oldest first: of the ones that are not `live`, all but the last `limit`. */
export function expiredRevisions(
  revisions: readonly k8s.ControllerRevision[],
  { isLive, limit }: { isLive: (revision: k8s.ControllerRevision) => boolean; limit: number },
): k8s.ControllerRevision[] {
  const history = revisionsInOrder(revisions).filter((revision) => !isLive(revision))
  return limit < 0 ? [] : history.slice(0, Math.max(0, history.length - limit))
}
