/** A group that the server answers itself goes to an extension server when one is registered, and comes back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import type { k8s } from '../../api/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openMemoryStore } from '../../store/index.ts'
import { openApiServer } from '../api-server.ts'

const SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io'
const NODES = '/apis/metrics.k8s.io/v1beta1/nodes'

it('metrics.k8s.io is the server’s own until somebody else has it', async () => {
  await using stack = new AsyncDisposableStack()
  const certificatesDir = await mkdtemp(join(tmpdir(), 'naru-local-groups-'))
  stack.defer(() => rm(certificatesDir, { recursive: true, force: true }))
  const store = stack.use(await openMemoryStore())
  const server = stack.use(
    await openApiServer({
      store,
      certificatesDir,
      host: '127.0.0.1',
      port: 0,
      logger: silentLogger,
      clock: systemClock,
    }),
  )
  const admin = server.exchangeAs({ name: 'admin', groups: ['system:masters'] })
  const service = async () => (await call(admin, 'GET', SERVICE)).json as unknown as k8s.APIService
  const available = async () => (await service()).status?.conditions?.find(({ type }) => type === 'Available')?.reason

  await expect.poll(available).toBe('Local')
  expect((await service()).spec).toMatchObject({ groupPriorityMinimum: 100, versionPriority: 100 })
  expect((await call(admin, 'GET', NODES)).status).toBe(200)

  const taken = { spec: { service: { name: 'metrics-server', namespace: 'kube-system' }, insecureSkipTLSVerify: true } }
  const patched = await call(admin, 'PATCH', SERVICE, {
    body: taken,
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  expect(patched.status).toBe(200)
  await expect.poll(available).toBe('ServiceNotFound')
  expect((await call(admin, 'GET', NODES)).status).toBe(503)

  expect((await call(admin, 'DELETE', SERVICE)).status).toBe(200)
  await expect.poll(available).toBe('Local')
  expect((await call(admin, 'GET', NODES)).status).toBe(200)
})
