/** What is written: a ConfigMap of about half a kilobyte, and a pod as a Deployment makes one (2 KB with its defaults). */
import type { Plan } from './load.ts'

export const NAMESPACE = 'bench'
export const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const pods = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`

const text = (length: number) => 'the quick brown fox jumps over the lazy dog '.repeat(length).slice(0, length)

const configMap = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'NAME', labels: { app: 'bench', tier: 'backend' } },
  data: { value: 'VALUE', mode: 'production', settings: text(300) },
})

const applied = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'NAME', labels: { app: 'bench', tier: 'backend' } },
  data: { value: 'VALUE', mode: 'applied' },
})

const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 }
const pod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'NAME',
    labels: { app: 'bench', 'pod-template-hash': '5d4f8c7b9' },
    annotations: { note: text(100) },
  },
  spec: {
    // Nobody's, so that no scheduler of the one side takes it while the other side has none.
    schedulerName: 'nobody',
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/team/web:1.2.3',
        ports: [{ name: 'http', containerPort: 8080 }],
        env: ['HOST', 'PORT', 'MODE', 'LEVEL'].map((name) => ({ name, value: text(20) })),
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        readinessProbe: probe,
        livenessProbe: probe,
        volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
      },
    ],
    volumes: [{ name: 'cache', emptyDir: {} }],
  },
})

export const createConfigMaps = (prefix: string): Plan => ({
  mode: 'requests',
  method: 'POST',
  path: CONFIG_MAPS,
  contentType: 'application/json',
  body: configMap,
  prefix,
})

export const createPods = (prefix: string, namespace: string): Plan => ({
  ...createConfigMaps(prefix),
  path: pods(namespace),
  body: pod,
})

export const getConfigMaps = (prefix: string, objects: number): Plan => ({
  mode: 'requests',
  method: 'GET',
  path: `${CONFIG_MAPS}/NAME`,
  prefix,
  objects,
  random: true,
})

export const patchConfigMaps = (prefix: string, objects: number): Plan => ({
  ...getConfigMaps(prefix, objects),
  random: false,
  method: 'PATCH',
  contentType: 'application/strategic-merge-patch+json',
  body: '{"data":{"value":"VALUE"}}',
})

export const applyConfigMaps = (prefix: string, objects: number): Plan => ({
  ...patchConfigMaps(prefix, objects),
  path: `${CONFIG_MAPS}/NAME?fieldManager=bench&force=true`,
  contentType: 'application/apply-patch+yaml',
  body: applied,
})

export const listPods: Plan = { mode: 'requests', method: 'GET', path: pods(NAMESPACE) }

/** One page, as informers of other languages and kubectl ask for them. */
export const listConfigMapsPage: Plan = { mode: 'requests', method: 'GET', path: `${CONFIG_MAPS}?limit=500` }
