/** What is under an object: status, scale, binding, eviction, tokens; and the reviews, which are kept nowhere. */
import { type Case, NAMESPACE } from '../case.ts'
import { type Call, READ } from '../connection.ts'

const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
const MERGE = { 'content-type': 'application/merge-patch+json' }
const one = (name: string, ...calls: Call[]): Case => ({ name: `subresources/${name}`, calls })

const pod: Call = {
  method: 'POST',
  path: PODS,
  body: { metadata: { name: 'sub' }, spec: { containers: [{ name: 'a', image: 'a' }] } },
}
const podGone: Call = { method: 'DELETE', path: `${PODS}/sub?gracePeriodSeconds=0` }
const deployment: Call = {
  method: 'POST',
  path: DEPLOYMENTS,
  body: {
    metadata: { name: 'sub' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a' }] } },
    },
  },
}
const deploymentGone: Call = { method: 'DELETE', path: `${DEPLOYMENTS}/sub` }
const onPod = (name: string, ...calls: Call[]) => one(name, pod, ...calls, podGone)
const onDeployment = (name: string, ...calls: Call[]) => one(name, deployment, ...calls, deploymentGone)
const post = (path: string, body: unknown): Call => ({ method: 'POST', path, body })
const put = (path: string, body: unknown): Call => ({ method: 'PUT', path, body })
const merge = (path: string, body: unknown): Call => ({ method: 'PATCH', path, body, headers: MERGE })
const get = (path: string): Call => ({ method: 'GET', path })

const scale = (spec: object, metadata: object = { name: 'sub', namespace: NAMESPACE }) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata,
  spec,
})
const TOKENS = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default/token`
const REVIEWS = '/apis/authorization.k8s.io/v1'

export const subresourceCases: readonly Case[] = [
  onPod('status of a pod', get(`${PODS}/sub/status`), merge(`${PODS}/sub/status`, { status: { phase: 'Running' } })),
  onPod('status of a pod, wrong', merge(`${PODS}/sub/status`, { status: { phase: 'Sleeping', podIP: 'x' } })),
  onPod('status of a pod, its spec', merge(`${PODS}/sub/status`, { spec: { nodeName: 'a' } })),
  onPod(
    'binding',
    post(`${PODS}/sub/binding`, { metadata: { name: 'sub' }, target: { kind: 'Node', name: 'a' } }),
    post(`${PODS}/sub/binding`, { metadata: { name: 'sub' }, target: { kind: 'Node', name: 'b' } }),
  ),
  onPod('binding to nothing', post(`${PODS}/sub/binding`, { metadata: { name: 'sub' }, target: { kind: 'Node' } })),
  onPod('binding to a pod', post(`${PODS}/sub/binding`, { target: { kind: 'Pod', name: 'a' } })),
  onPod('binding of another', post(`${PODS}/sub/binding`, { metadata: { name: 'x' }, target: { name: 'a' } })),
  one(
    'binding of no pod',
    post(`${PODS}/none/binding`, { metadata: { name: 'none' }, target: { kind: 'Node', name: 'a' } }),
  ),
  onPod(
    'binding in its old place',
    post(`/api/v1/namespaces/${NAMESPACE}/bindings`, {
      metadata: { name: 'sub' },
      target: { kind: 'Node', name: 'a' },
    }),
  ),
  onPod(
    'eviction',
    post(`${PODS}/sub/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'sub' },
      deleteOptions: { dryRun: ['All'] },
    }),
  ),
  onPod(
    'eviction of another',
    post(`${PODS}/sub/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'x' } }),
  ),
  one(
    'eviction of no pod',
    post(`${PODS}/none/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'none' } }),
  ),
  onPod(
    'eviction of an unknown version',
    post(`${PODS}/sub/eviction`, { apiVersion: 'policy/v9', kind: 'Eviction', metadata: { name: 'sub' } }),
  ),
  onPod(
    'log of a pod nowhere',
    get(`${PODS}/sub/log`),
    get(`${PODS}/sub/log?container=x`),
    get(`${PODS}/sub/log?tailLines=-1`),
    get(`${PODS}/none/log`),
  ),
  onPod(
    'exec without an upgrade',
    get(`${PODS}/sub/exec?command=a`),
    post(`${PODS}/sub/attach`, undefined),
    get(`${PODS}/sub/portforward`),
  ),
  onPod(
    'resize',
    get(`${PODS}/sub/resize`),
    merge(`${PODS}/sub/resize`, {
      spec: { containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '1' } } }] },
    }),
  ),
  onPod(
    'ephemeral containers',
    get(`${PODS}/sub/ephemeralcontainers`),
    merge(`${PODS}/sub/ephemeralcontainers`, {
      spec: { ephemeralContainers: [{ name: 'e', image: 'e', targetContainerName: 'z' }] },
    }),
  ),
  onDeployment(
    'scale',
    get(`${DEPLOYMENTS}/sub/scale`),
    put(`${DEPLOYMENTS}/sub/scale`, scale({ replicas: 3 })),
    get(`${DEPLOYMENTS}/sub`),
  ),
  onDeployment('scale below zero', put(`${DEPLOYMENTS}/sub/scale`, scale({ replicas: -1 }))),
  onDeployment('scale of another', put(`${DEPLOYMENTS}/sub/scale`, scale({ replicas: 1 }, { name: 'x' }))),
  onDeployment(
    'scale with an old version',
    put(`${DEPLOYMENTS}/sub/scale`, scale({ replicas: 1 }, { name: 'sub', resourceVersion: '1' })),
  ),
  onDeployment(
    'scale with an unknown field',
    put(`${DEPLOYMENTS}/sub/scale?fieldValidation=Strict`, scale({ replicas: 1, x: 1 })),
  ),
  onDeployment(
    'scale by patch',
    merge(`${DEPLOYMENTS}/sub/scale`, { spec: { replicas: 2 } }),
    merge(`${DEPLOYMENTS}/sub/scale`, { spec: { replicas: 'x' } }),
  ),
  one(
    'scale of nothing',
    get(`${DEPLOYMENTS}/none/scale`),
    put(`${DEPLOYMENTS}/none/scale`, scale({ replicas: 1 }, { name: 'none' })),
  ),
  onDeployment(
    'status of a deployment',
    merge(`${DEPLOYMENTS}/sub/status`, { status: { replicas: 1, readyReplicas: 2 } }),
    put(`${DEPLOYMENTS}/sub/status`, { metadata: { name: 'sub', resourceVersion: READ }, status: { replicas: 1 } }),
  ),
  one('token', post(`${TOKENS}?dryRun=All`, { spec: { audiences: ['a'], expirationSeconds: 1 } })),
  one('token for too long', post(TOKENS, { spec: { expirationSeconds: 99999999999 } })),
  one(
    'token bound to nothing',
    post(TOKENS, { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } } }),
  ),
  one(
    'token bound to a service',
    post(TOKENS, { spec: { boundObjectRef: { kind: 'Service', apiVersion: 'v1', name: 'none' } } }),
  ),
  one('token of no account', post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/none/token`, { spec: {} })),
  one('finalizing', put('/api/v1/namespaces/none/finalize', { metadata: { name: 'none' } })),
  one(
    'deleting a namespace that stays',
    { method: 'DELETE', path: '/api/v1/namespaces/default' },
    { method: 'DELETE', path: '/api/v1/namespaces/kube-system' },
  ),
  one(
    'may I',
    post(`${REVIEWS}/selfsubjectaccessreviews`, { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } }),
  ),
  one('may I what', post(`${REVIEWS}/selfsubjectaccessreviews`, { spec: {} })),
  one(
    'may I both',
    post(`${REVIEWS}/selfsubjectaccessreviews`, { spec: { resourceAttributes: {}, nonResourceAttributes: {} } }),
  ),
  one(
    'may they',
    post(`${REVIEWS}/subjectaccessreviews`, {
      spec: { user: 'a', resourceAttributes: { verb: 'get', resource: 'pods' } },
    }),
  ),
  one(
    'may nobody',
    post(`${REVIEWS}/subjectaccessreviews`, { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } }),
  ),
  one(
    'may they here',
    post(`${REVIEWS}/namespaces/${NAMESPACE}/localsubjectaccessreviews`, {
      spec: { user: 'a', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'other' } },
    }),
  ),
  one('what may I', post(`${REVIEWS}/selfsubjectrulesreviews`, { spec: { namespace: '' } })),
  one('who has this token', post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'x' } })),
  one('who has no token', post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: {} })),
  one('who am I', post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})),
]
