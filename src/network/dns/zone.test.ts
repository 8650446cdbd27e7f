import type { Question } from 'dns-packet'
import { expect, test } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { parseCidr } from '../host/cidr.ts'
import { tableView } from './test-view.ts'
import { answerFromZone } from './zone.ts'

const service = (name: string, spec: k8s.ServiceSpec): k8s.Service => ({ metadata: { name, namespace: 'shop' }, spec })
const slice = (name: string, endpoints: k8s.Endpoint[]): k8s.EndpointSlice => ({
  metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
})
const http = { name: 'http', port: 80, protocol: 'TCP' }
const zone = {
  domain: 'cluster.local',
  ownCidrs: [parseCidr('10.96.0.0/16'), parseCidr('10.244.0.0/24')],
  view: tableView({
    namespaces: ['shop'],
    services: [
      service('web', { clusterIP: '10.96.0.20', ports: [http] }),
      service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] }),
      service('idle', { clusterIP: 'None', ports: [http] }),
      service('mail', { type: 'ExternalName', externalName: 'MX.example.com.' }),
      service('near', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
      service('loop', { type: 'ExternalName', externalName: 'loop.shop.svc.cluster.local' }),
    ],
    endpointSlices: [
      slice('db', [
        { addresses: ['10.244.0.5'], hostname: 'db-0', conditions: { ready: true } },
        { addresses: ['10.244.0.6'], conditions: { ready: true } },
        { addresses: ['10.244.0.7'], hostname: 'db-2', conditions: { ready: false } },
      ]),
    ],
  }),
}

const ask = (name: string, type = 'A') => {
  const question: Question = { name, type, class: 'IN' }
  const answer = answerFromZone(zone, question)
  if (answer === undefined) return 'forward'
  if (answer.answers.length === 0) return answer.rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'NODATA'
  return answer.answers.map((record) => {
    const srv = record.data as { target?: string; port?: number }
    return srv.target === undefined ? `${record.type} ${String(record.data)}` : `SRV ${srv.port} ${srv.target}`
  })
}

test.each([
  ['a ClusterIP', 'web.shop.svc.cluster.local', 'A', ['A 10.96.0.20']],
  ['upper case and the trailing dot', 'WEB.Shop.svc.Cluster.local.', 'A', ['A 10.96.0.20']],
  ['no IPv6 for an IPv4 Service', 'web.shop.svc.cluster.local', 'AAAA', 'NODATA'],
  ['an unknown Service', 'nope.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['a Service of another namespace', 'web.other.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['a namespace', 'shop.svc.cluster.local', 'A', 'NODATA'],
  ['an unknown namespace', 'other.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['ready endpoints of a headless Service', 'db.shop.svc.cluster.local', 'A', ['A 10.244.0.5', 'A 10.244.0.6']],
  ['a headless Service without endpoints', 'idle.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['an endpoint by its hostname', 'db-0.db.shop.svc.cluster.local', 'A', ['A 10.244.0.5']],
  ['an endpoint by its address', '10-244-0-6.db.shop.svc.cluster.local', 'A', ['A 10.244.0.6']],
  ['an endpoint that is not ready', 'db-2.db.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['no endpoint names for a ClusterIP', 'x.web.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['a named port', '_http._tcp.web.shop.svc.cluster.local', 'SRV', ['SRV 80 web.shop.svc.cluster.local']],
  [
    'a named port of a headless Service',
    '_sql._tcp.db.shop.svc.cluster.local',
    'SRV',
    ['SRV 5432 db-0.db.shop.svc.cluster.local', 'SRV 5432 10-244-0-6.db.shop.svc.cluster.local'],
  ],
  ['a port of another protocol', '_http._udp.web.shop.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['a protocol', '_tcp.web.shop.svc.cluster.local', 'SRV', 'NODATA'],
  ['an address of a port name', '_http._tcp.web.shop.svc.cluster.local', 'A', 'NODATA'],
  ['a pod', '10-244-0-9.shop.pod.cluster.local', 'A', ['A 10.244.0.9']],
  ['a pod of an unknown namespace', '10-244-0-9.other.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['a pod that is no address', '10-244-0-999.shop.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['an ExternalName', 'mail.shop.svc.cluster.local', 'A', ['CNAME mx.example.com']],
  [
    'an ExternalName within the cluster',
    'near.shop.svc.cluster.local',
    'A',
    ['CNAME web.shop.svc.cluster.local', 'A 10.96.0.20'],
  ],
  ['the version', 'dns-version.cluster.local', 'TXT', ['TXT 1.1.0']],
  ['a ClusterIP in reverse', '20.0.96.10.in-addr.arpa', 'PTR', ['PTR web.shop.svc.cluster.local']],
  ['an endpoint in reverse', '5.0.244.10.in-addr.arpa', 'PTR', ['PTR db-0.db.shop.svc.cluster.local']],
  ['an unused address of the cluster', '99.0.96.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
  ['somebody else’s address', '8.8.8.8.in-addr.arpa', 'PTR', 'forward'],
  ['a name that only ends alike', 'evilcluster.local', 'A', 'forward'],
  ['a name of the world', 'example.com', 'A', 'forward'],
])('answers %s', (_, name, type, expected) => {
  expect(ask(name, type)).toEqual(expected)
})

test('ends when ExternalNames point in a circle', () => {
  expect(ask('loop.shop.svc.cluster.local')).toHaveLength(9)
})

test('says which outside name of an ExternalName is still to be asked for', () => {
  const answer = answerFromZone(zone, { name: 'mail.shop.svc.cluster.local', type: 'A', class: 'IN' })
  expect(answer?.chase).toBe('mx.example.com')
})

test('sends the addresses along with SRV records', () => {
  const answer = answerFromZone(zone, { name: '_http._tcp.web.shop.svc.cluster.local', type: 'SRV', class: 'IN' })
  expect(answer?.additionals).toEqual([{ name: 'web.shop.svc.cluster.local', type: 'A', ttl: 5, data: '10.96.0.20' }])
})
