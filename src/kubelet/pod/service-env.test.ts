import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { serviceEnv } from './service-env.ts'

const service = (name: string, namespace: string, spec: object): k8s.Service => ({
  metadata: { name, namespace },
  spec: { clusterIP: '10.0.0.1', ...spec },
})
const api = service('kubernetes', 'default', { ports: [{ name: 'https', port: 443, protocol: 'TCP' }] })
const pod = (spec: object = {}): k8s.Pod => ({
  metadata: { name: 'p', namespace: 'shop' },
  spec: { containers: [], ...spec },
})

it('names each Service of the namespace, and every port of it', () => {
  const db = service('my-db', 'shop', {
    clusterIP: '10.0.0.9',
    ports: [
      { port: 80, protocol: 'TCP' },
      { name: 'q-2', port: 53, protocol: 'UDP' },
    ],
  })
  const env = serviceEnv([db, service('other', 'elsewhere', { ports: [{ port: 1 }] }), api], pod())
  expect(env).toMatchObject({ KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT_HTTPS: '443' })
  expect(Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('MY_DB')))).toEqual({
    MY_DB_SERVICE_HOST: '10.0.0.9',
    MY_DB_SERVICE_PORT: '80',
    MY_DB_SERVICE_PORT_Q_2: '53',
    MY_DB_PORT: 'tcp://10.0.0.9:80',
    MY_DB_PORT_80_TCP: 'tcp://10.0.0.9:80',
    MY_DB_PORT_80_TCP_PROTO: 'tcp',
    MY_DB_PORT_80_TCP_PORT: '80',
    MY_DB_PORT_80_TCP_ADDR: '10.0.0.9',
    MY_DB_PORT_53_UDP: 'udp://10.0.0.9:53',
    MY_DB_PORT_53_UDP_PROTO: 'udp',
    MY_DB_PORT_53_UDP_PORT: '53',
    MY_DB_PORT_53_UDP_ADDR: '10.0.0.9',
  })
  expect(Object.keys(env).some((name) => name.startsWith('OTHER'))).toBe(false)
})

it('leaves out those without an address, and all but the API where links are not wished for', () => {
  const web = service('web', 'shop', { ports: [{ port: 80 }] })
  const headless = service('headless', 'shop', { clusterIP: 'None', ports: [{ port: 80 }] })
  const hosts = (env: object) => Object.keys(env).filter((name) => name.endsWith('_SERVICE_HOST'))
  expect(hosts(serviceEnv([headless, web, api], pod()))).toEqual(['WEB_SERVICE_HOST', 'KUBERNETES_SERVICE_HOST'])
  expect(hosts(serviceEnv([web, api], pod({ enableServiceLinks: false })))).toEqual(['KUBERNETES_SERVICE_HOST'])
})
