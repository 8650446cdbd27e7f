import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FRAMINGS } from '../../../test/harness/framings.ts'
import { type RawServer, sendRaw } from '../../../test/harness/raw-http.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openMemoryStore } from '../../store/index.ts'
import { openApiServer } from '../api-server.ts'

const opened = new AsyncDisposableStack()
let server: RawServer
beforeAll(async () => {
  const certificatesDir = await mkdtemp(join(tmpdir(), 'naru-framing-'))
  opened.defer(() => rm(certificatesDir, { recursive: true, force: true }))
  const store = opened.use(await openMemoryStore())
  const api = opened.use(
    await openApiServer({
      store,
      certificatesDir,
      host: '127.0.0.1',
      port: 0,
      logger: silentLogger,
      clock: systemClock,
    }),
  )
  const { certPem, keyPem } = await api.issueClientCertificate({ user: 'admin', groups: ['system:masters'] })
  server = { host: '127.0.0.1', port: Number(new URL(api.url).port), ca: api.caPem, cert: certPem, key: keyPem }
})
afterAll(() => opened.disposeAsync())

describe('a request with', () => {
  test.each(Object.entries(FRAMINGS))('%s is one request, or is refused', async (_, [bytes, answers]) => {
    const { statuses, closed } = await sendRaw(server, bytes)
    expect([statuses.join(' '), closed]).toEqual([answers, true])
  })
})
