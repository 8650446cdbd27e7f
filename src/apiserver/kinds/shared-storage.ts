/** Built-in kinds that two resources show: kept once, in the form of one of them.
 *  Source of the storage versions: k8s.io/kubernetes v1.34, pkg/kubeapiserver/default_storage_factory_builder.go. */
import { apiVersionOf, isApiError, type k8s, type Resource, resources } from '../../api/index.ts'
import {
  convertAutoscaler,
  convertEvent,
  coreEvent,
  currentAutoscaler,
  decodeObject,
  schemaFor,
  typeOfSchema,
  type Versions,
} from '../../api/machinery.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { KindModel } from './kind-model.ts'

type Convert = (object: AnyObject) => AnyObject

interface Shared {
  keptAs: Resource
  fromStored: Convert
  toStored: Convert
}

const as = <From, To>(convert: (object: From) => To): Convert => convert as unknown as Convert

const SHARED = new Map<Resource, Shared>([
  [
    resources.eventsV1Events,
    { keptAs: resources.events, fromStored: as(convertEvent), toStored: as<k8s.EventsEvent, k8s.Event>(coreEvent) },
  ],
  [
    resources.autoscalingV1Horizontalpodautoscalers,
    { keptAs: resources.horizontalpodautoscalers, fromStored: as(convertAutoscaler), toStored: autoscalerToStored },
  ],
])

/** Where objects of `resource` are kept, and how they are converted. */
export function sharedStorage(resource: Resource): Pick<KindModel, 'storage' | 'conversion'> | undefined {
  const shared = SHARED.get(resource)
  if (shared === undefined) return undefined
  const { group, plural, kind } = shared.keptAs
  const apiVersion = apiVersionOf(shared.keptAs)
  return {
    storage: { group, plural, kind, apiVersion },
    conversion: {
      needed: (storedApiVersion) => storedApiVersion === apiVersion,
      fromStored: async (objects) => objects.map(shared.fromStored),
      toStored: async (object) => shared.toStored(object),
    },
  }
}

/** Between the forms of a kind that two resources show; undefined for all other kinds. */
export function sharedVersions(resource: Resource): Versions | undefined {
  for (const [served, { keptAs, fromStored, toStored }] of SHARED) {
    if (served !== resource && keptAs !== resource) continue
    const other = apiVersionOf(served)
    const kept = apiVersionOf(keptAs)
    return {
      typeOf: (apiVersion) => {
        if (apiVersion === other) return typeOfSchema(schemaFor(served))
        return apiVersion === kept ? typeOfSchema(schemaFor(keptAs)) : undefined
      },
      convert: (object, apiVersion) => (apiVersion === other ? fromStored : toStored)(object as unknown as AnyObject),
    }
  }
  return undefined
}

/** Annotations may hold anything: what is no metric at all is left where it was. */
function autoscalerToStored(object: AnyObject): AnyObject {
  const v1 = object as unknown as k8s.AutoscalingHorizontalPodAutoscaler
  const converted = currentAutoscaler(v1)
  try {
    return decodeObject(resources.horizontalpodautoscalers, converted).object as AnyObject
  } catch (error) {
    if (!isApiError(error)) throw error
    const { annotations, ...metadata } = v1.metadata
    const plain = currentAutoscaler({ ...v1, metadata })
    return { ...plain, metadata: { ...metadata, ...(annotations && { annotations }) } }
  }
}
