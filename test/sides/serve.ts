// The API server and its store as a process of their own: `serve.ts folder port`. Says `ready` when it serves, and that
// it has the administrator's certificate and key, and the authority's, in the folder.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openApiServer } from '../../src/apiserver/index.ts'
import { openLogger, systemClock } from '../../src/lib/index.ts'
import { openSqliteStore } from '../../src/store/index.ts'

const [folder = '', port = ''] = process.argv.slice(2)
const store = await openSqliteStore({ path: join(folder, 'store.sqlite') })
const server = await openApiServer({
  store,
  clock: systemClock,
  logger: openLogger('warn'),
  certificatesDir: join(folder, 'certificates'),
  host: '127.0.0.1',
  port: Number(port),
})
const { certPem, keyPem } = await server.issueClientCertificate({ user: 'admin', groups: ['system:masters'] })
await writeFile(join(folder, 'ca.crt'), server.caPem)
await writeFile(join(folder, 'admin.crt'), certPem)
await writeFile(join(folder, 'admin.key'), keyPem, { mode: 0o600 })
process.stdout.write('ready\n')
process.once('SIGTERM', () => {
  void (async () => {
    await server[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    process.exit(0)
  })()
})
