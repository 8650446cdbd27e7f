import { expect, test } from 'vitest'
import { apps } from '../../app-types.ts'
import { problemsOf } from '../testing/problems.ts'

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const problems = (spec: object) => problemsOf(apps, { metadata: { name: 'shop' }, spec: { image: 'shop:1', ...spec } })
const ofProcess = (process: object) => problems({ processes: [{ name: 'web', ...process }] })
const volumes = [
  { name: 'data', persistentVolumeClaim: { claimName: 'shop-data' } },
  { name: 'files', configMap: { name: 'shop-files', items: [{ key: 'a', path: 'a', mode: 0o600 }] } },
]

test.each<[process: object, problems: string[]]>([
  [{ volumes, volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'a' }] }, []],
  [
    {
      volumes,
      sidecars: [{ name: 'proxy', image: 'proxy:1', volumeMounts: [{ name: 'files', mountPath: '/a', subPath: 'a' }] }],
    },
    [],
  ],
  [
    { volumes: [{ name: 'My Data', emptyDir: {} }] },
    [`spec.processes[0].volumes[0].name: Invalid value: "My Data": ${LABEL}`],
  ],
  [
    { volumeMounts: [{ name: 'gone', mountPath: '/data' }] },
    ['spec.processes[0].volumeMounts[0].name: Not found: "gone"'],
  ],
  [
    { sidecars: [{ name: 'app', image: '' }] },
    [
      'spec.processes[0].sidecars[0].image: Required value',
      'spec.processes[0].sidecars[0].name: Duplicate value: "app"',
    ],
  ],
  [
    {
      sidecars: [
        { name: 'a', image: 'i', before: 'soon' },
        { name: 'b', image: 'i', before: 'healthy' },
        { name: 'c', image: 'i', before: 'complete', livenessProbe: { exec: { command: ['true'] } } },
      ],
    },
    [
      'spec.processes[0].sidecars[0].before: Unsupported value: "soon": supported values: "started", "healthy", "complete"',
      'spec.processes[0].sidecars[1].readinessProbe: Required value: it says whether the container is healthy',
      'spec.processes[0].sidecars[2].livenessProbe: Forbidden: may not be set for a container that comes to its end',
    ],
  ],
  [
    { schedule: '0 3 * * *', sidecars: [{ name: 'proxy', image: 'proxy:1' }] },
    ['spec.processes[0].sidecars: Forbidden: may not be set for a process that runs by schedule'],
  ],
])('of a process %j', (process, expected) => expect(ofProcess(process)).toEqual(expected))

test.each<[ports: object[], problems: string[]]>([
  [
    [
      { name: 'grpc', port: 7070 },
      { name: 'dns', port: 7070, targetPort: 53, protocol: 'UDP' },
    ],
    [],
  ],
  [
    [{ name: 'http', port: 0, protocol: 'ICMP' }],
    [
      'spec.servicePorts[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.servicePorts[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.servicePorts[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP"',
      'spec.servicePorts[0].name: Duplicate value: "http"',
    ],
  ],
  [
    [
      { name: 'a', port: 1 },
      { name: 'b', port: 1 },
    ],
    ['spec.servicePorts[1].port: Duplicate value: 1'],
  ],
])('of the ports of the Service %j', (servicePorts, expected) => expect(problems({ servicePorts })).toEqual(expected))
