/** What the servers say of the parts of a cluster: ComponentStatuses, and whether flow schemas have their levels. */
import type { Case } from '../case.ts'
import type { Call } from '../connection.ts'

const COMPONENTS = '/api/v1/componentstatuses'
const FLOWS = '/apis/flowcontrol.apiserver.k8s.io/v1'
const one = (name: string, ...calls: Call[]): Case => ({ name: `components/${name}`, calls })
const get = (path: string, more: Partial<Call> = {}): Call => ({ method: 'GET', path, ...more })
const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } }
const says = (status: string): Partial<Call> => ({ until: `"type":"Dangling","status":"${status}"` })

const schema: Call = {
  method: 'POST',
  path: `${FLOWS}/flowschemas`,
  body: {
    metadata: { name: 'dangling' },
    spec: {
      priorityLevelConfiguration: { name: 'dangling' },
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'a' } }],
          nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
        },
      ],
    },
  },
}
const level: Call = {
  method: 'POST',
  path: `${FLOWS}/prioritylevelconfigurations`,
  body: {
    metadata: { name: 'dangling' },
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
  },
}
const gone = (path: string): Call => ({ method: 'DELETE', path: `${path}/dangling` })

export const componentCases: readonly Case[] = [
  one('etcd-0', get(`${COMPONENTS}/etcd-0`)),
  one('etcd-0, as a table', get(`${COMPONENTS}/etcd-0`, table)),
  one('scheduler that does not run', get(`${COMPONENTS}/scheduler`)),
  one('none of that name', get(`${COMPONENTS}/nothing`)),
  one('none with that label', get(`${COMPONENTS}?labelSelector=a`), get(`${COMPONENTS}?labelSelector=a`, table)),
  one('by name', get(`${COMPONENTS}?fieldSelector=metadata.name%3Detcd-0`)),
  one('by another field', get(`${COMPONENTS}?fieldSelector=conditions%3Dx`)),
  one('a watch', get(`${COMPONENTS}?watch=true`)),
  one('a write', { method: 'POST', path: COMPONENTS, body: { metadata: { name: 'a' } } }),
  ...['exempt', 'catch-all', 'service-accounts', 'system-leader-election'].map((name) =>
    one(`flow schema ${name}`, get(`${FLOWS}/flowschemas/${name}`, says('False'))),
  ),
  ...['exempt', 'catch-all', 'workload-low'].map((name) =>
    one(`priority level ${name}`, get(`${FLOWS}/prioritylevelconfigurations/${name}`)),
  ),
  one(
    'a flow schema whose level comes and goes',
    schema,
    get(`${FLOWS}/flowschemas/dangling`, says('True')),
    level,
    get(`${FLOWS}/flowschemas/dangling`, says('False')),
    gone(`${FLOWS}/prioritylevelconfigurations`),
    get(`${FLOWS}/flowschemas/dangling`, says('True')),
    gone(`${FLOWS}/flowschemas`),
  ),
]
