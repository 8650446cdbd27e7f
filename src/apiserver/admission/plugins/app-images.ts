/** AppImages, Naru's own: the engine's registry has all apps' images, and nodes may fetch any. A pod may run those of its
 *  own namespace, and those of another whose apps its service account may read. What is in a repository that is called
 *  like no namespace (servers of Resources) is everybody's. */
import { apps, type k8s, REGISTRY_HOST, resources } from '../../../api/index.ts'
import { serviceAccountGroups, serviceAccountUser } from '../../auth/tokens/claims.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionPlugin } from '../admission.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { forbidden, isOf } from './forbidden.ts'

const OURS = new RegExp(`^${REGISTRY_HOST.replaceAll('.', '\\.')}/([^/]+)/([^/:@]+)`)

export const appImages: AdmissionPlugin = {
  name: 'AppImages',
  handles: ({ operation, resource, subresource, object }) =>
    isOf(resource, resources.pods) &&
    (operation === 'CREATE' || operation === 'UPDATE') &&
    (subresource === '' || subresource === 'ephemeralcontainers') &&
    imagesOf(object).some((image) => OURS.test(image)),
  validate(request, backend) {
    const before = new Set(imagesOf(request.oldObject))
    for (const image of imagesOf(request.object)) if (!before.has(image)) checkImage(request, backend, image)
  },
}

function checkImage(request: AdmissionRequest, { views, authorize }: Backend, image: string): void {
  const [, owner, app = ''] = OURS.exec(image) ?? []
  const { namespace = '' } = request
  if (owner === undefined || owner === namespace) return
  if (views.of(resources.namespaces).get({ name: owner }) === undefined) return
  const { serviceAccountName: name = 'default' } = specOf(request.object)
  const account = { namespace, name }
  const user = { name: serviceAccountUser(account), groups: serviceAccountGroups(namespace) }
  const resource = { group: apps.group, resource: apps.plural }
  if (authorize(user, { verb: 'get', resource, namespace: owner, name: app }).allowed) return
  throw forbidden(
    request,
    `the image ${image} is of the namespace ${JSON.stringify(owner)}, whose apps the service account ` +
      `${JSON.stringify(name)} may not read; who may there gives it the right with "kubectl create rolebinding ` +
      `images-for-${namespace} --clusterrole=view --serviceaccount=${namespace}:${name} -n ${owner}"`,
  )
}

const specOf = (object: AdmissionRequest['object']) => (object as unknown as k8s.Pod).spec

/** Image volumes are dropped before: that feature is off by default. */
function imagesOf(object: AdmissionRequest['object']): string[] {
  if (object === undefined) return []
  const { containers, initContainers = [], ephemeralContainers = [] } = specOf(object)
  return [...containers, ...initContainers, ...ephemeralContainers].flatMap(({ image }) => image ?? [])
}
