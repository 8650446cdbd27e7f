/** DefaultStorageClass and DefaultIngressClass: who names no class gets the one that is marked as default.
 *  Source: kubernetes v1.34, plugin/pkg/admission/{storage/storageclass/setdefault,network/defaultingressclass}. */
import { type k8s, resources } from '../../../api/index.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { AdmissionPlugin } from '../admission.ts'
import { isOf } from './forbidden.ts'

const STORAGE_DEFAULTS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]
const CLAIM_CLASS = 'volume.beta.kubernetes.io/storage-class'
const INGRESS_DEFAULTS = ['ingressclass.kubernetes.io/is-default-class']
const INGRESS_CLASS = 'kubernetes.io/ingress.class'

export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  handles: ({ operation, resource, subresource }) =>
    operation === 'CREATE' && subresource === '' && isOf(resource, resources.persistentvolumeclaims),
  mutate({ object }, { views }) {
    const { spec, metadata } = object as unknown as k8s.PersistentVolumeClaim
    if (spec?.storageClassName !== undefined || hasAnnotation(metadata, CLAIM_CLASS)) return
    const name = views.of(resources.storageclasses).derived(newestStorageDefault)
    if (name !== undefined && spec !== undefined) spec.storageClassName = name
  },
}

export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  handles: ({ operation, resource, subresource }) =>
    operation === 'CREATE' && subresource === '' && isOf(resource, resources.ingresses),
  mutate({ object }, { views }) {
    const ingress = object as unknown as k8s.Ingress
    if (ingress.spec?.ingressClassName !== undefined || hasAnnotation(ingress.metadata, INGRESS_CLASS)) return
    const name = views.of(resources.ingressclasses).derived(newestIngressDefault)
    if (name !== undefined) ingress.spec = { ...ingress.spec, ingressClassName: name }
  },
}

const hasAnnotation = ({ annotations }: k8s.ObjectMeta, key: string) =>
  annotations !== undefined && Object.hasOwn(annotations, key)

const newestStorageDefault = (classes: readonly AnyObject[]) => newestDefault(classes, STORAGE_DEFAULTS)
const newestIngressDefault = (classes: readonly AnyObject[]) => newestDefault(classes, INGRESS_DEFAULTS)

/** Of several defaults the newest counts: so one can be replaced without a gap. */
function newestDefault(classes: readonly AnyObject[], annotations: readonly string[]): string | undefined {
  return classes
    .filter(({ metadata }) => annotations.some((key) => metadata.annotations?.[key] === 'true'))
    .toSorted((a, b) => {
      const [left, right] = [createdMs(a), createdMs(b)]
      return left === right ? (a.metadata.name < b.metadata.name ? -1 : 1) : right - left
    })[0]?.metadata.name
}

const createdMs = ({ metadata }: AnyObject) => Date.parse(metadata.creationTimestamp ?? '') || 0
