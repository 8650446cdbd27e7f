/** What is special about a kind, apart from what all kinds share. Each hook has a default of doing nothing.
 *  The names are those of Kubernetes' own strategies (k8s.io/apiserver, registry/rest). */

import type { FieldError, Resource } from '../../api/index.ts'
import type { PartialWrite } from '../../api/machinery.ts'
import type { Clock } from '../../lib/index.ts'
import type { AnyObject } from './any-object.ts'
import type { ServiceAllocator } from '../allocation/service-allocator.ts'
import type { Store } from '../../store/index.ts'
import type { WriteContext } from './write-context.ts'

/** What strategies may look at besides the object. */
export interface StrategyServices {
  store: Store
  clock: Clock
  services: ServiceAllocator
  hosts: HostReservations
}

export interface HostReservations {
  /** Throws ApiError `Forbidden` when the object asks for a host of another namespace. */
  reserve(resource: Pick<Resource, 'group' | 'plural'>, object: AnyObject, old: AnyObject | undefined): Reservation
}

export interface DeleteOptions {
  gracePeriodSeconds?: number | undefined
  propagationPolicy?: string | undefined
  preconditions?: { uid?: string; resourceVersion?: string } | undefined
}

/** Something taken for a write (an address, a port, a host). Exactly one of the two is called. */
export interface Reservation {
  /** The write is durable. */
  commit(): void
  /** The write did not happen. */
  undo(): void
}

export type KeptMetadata = 'labels' | 'annotations' | 'finalizers' | 'ownerReferences' | 'deletionTimestamp'

/** What a kind keeps whose statuses have nothing to do with its metadata.
 *  Source: k8s.io/apimachinery v0.34, pkg/apis/meta/v1/helpers.go (ResetObjectMetaForStatus). */
export const STATUS_ALONE: readonly KeptMetadata[] = [
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'deletionTimestamp',
]

export interface Strategy {
  /** Sets what the server decides of a new object (`status.phase`, allocated fields); after defaults, before validation. */
  prepareForCreate?(object: AnyObject, backend: StrategyServices, context: WriteContext): void | Promise<void>
  prepareForUpdate?(object: AnyObject, old: AnyObject, backend: StrategyServices): void | Promise<void>
  /** As `prepareForUpdate`, for a write of the status. */
  prepareForStatus?(
    object: AnyObject,
    old: AnyObject,
    backend: StrategyServices,
    context: WriteContext,
  ): void | Promise<void>
  /** As `prepareForUpdate`, for a write through one of these subresources: what is not theirs stays as it was. */
  prepareForPart?: Partial<Record<PartialWrite, (object: AnyObject, old: AnyObject) => void>>
  /** What is wrong with the object besides what its schema and rules say. */
  validate?(
    object: AnyObject,
    old: AnyObject | undefined,
    context: WriteContext,
  ): readonly FieldError[] | Promise<readonly FieldError[]>
  /** Checks that need more than the object itself. */
  admit?(object: AnyObject, backend: StrategyServices): void | Promise<void>
  /** Reserves what the object needs and writes it into the object. Throws ApiError when it cannot be had. */
  reserve?(object: AnyObject, old: AnyObject | undefined, backend: StrategyServices): Reservation
  /** After the object is gone from the store. */
  afterDelete?(object: AnyObject, backend: StrategyServices): void
  /** Throws ApiError when this object may not be deleted. */
  checkDelete?(object: AnyObject): void
  /** Seconds between the delete and the removal; `undefined` when the kind is removed at once. */
  gracePeriodSeconds?(object: AnyObject, options: DeleteOptions): number | undefined
  /** Who deletes without saying what becomes of the dependents leaves them behind, and is told this when it is a text. */
  orphansByDefault?: true | string
  /** A delete says when, and nothing of grace; it is no new generation. */
  marksOnlyTime?: boolean
  /** What a delete that does not remove the object changes besides the deletion marks. */
  prepareForDelete?(object: AnyObject): void
  /** Whether something besides finalizers and grace keeps an object that is being deleted. */
  heldBy?(object: AnyObject): boolean
  /** What errors of validation call the kind, where they call it otherwise. */
  invalidKind?: { group: string; kind: string }
  /** A new object may have a status. */
  keepsStatus?: boolean
  /** PUT to a name that does not exist creates it. */
  allowCreateOnUpdate?: boolean
  /** PUT without a resourceVersion is refused. */
  requireResourceVersion?: boolean
  /** Whether a delete answers with the object it removed instead of a Status. */
  returnDeletedObject?: boolean
  /** What of the metadata a write of the status leaves as it was. Default: nothing, and so who may write the status may
   *  write labels and finalizers with it. `all` is all but who owns which field. */
  statusKeeps?: 'all' | readonly KeptMetadata[]
  /** Whether `metadata.generation` counts the changes of `spec`. */
  countsGenerations?: boolean
  /** Whether changes of `status` count too. */
  countsStatus?: boolean
}
