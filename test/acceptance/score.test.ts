/** A Score file with a whole engine: its variables, files and volumes in real containers, deployed twice and gone back. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '../../src/api/index.ts'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

let naru: Installation
let folder: string

const scoreFile = (version: string) => `
apiVersion: score.dev/v1b1
metadata: { name: scored, version: '${version}', annotations: { example.com/owner: harbour } }
service: { ports: { www: { port: 80, targetPort: 4321 }, again: { port: 8099, targetPort: 4321 } } }
containers:
  web:
    image: .
    variables: { GREETING: '\${metadata.version} at \${resources.me.host}, $(PORT) stays' }
    files:
      /etc/greeting.txt: { content: 'filed \${metadata.version}', mode: '0444' }
      /etc/key.ini: { content: 'key=\${resources.key.token}, \${metadata.version}', mode: '0444' }
    volumes: { /data: { source: '\${resources.data}', readOnly: true } }
  seed:
    image: .
    command: [sh, -c, 'sleep 1; echo seeded > /seeded/seed']
    volumes: { /seeded: { source: '\${resources.data}' } }
    before: { web: { ready: complete }, near: { ready: complete } }
  near:
    image: .
    command: [node, -e, 'require("http").createServer((_, it) => it.end("near " + require("fs").readFileSync("/s/seed"))).listen(4999)']
    volumes: { /s: { source: '\${resources.data}' } }
    before: { web: { ready: healthy } }
    readinessProbe: { httpGet: { path: /, port: 4999 } }
  beside:
    image: .
    command: [node, -e, 'require("fs").writeFileSync("/shared/it", "from beside"); setInterval(() => {}, 1e6)']
    volumes: { /shared: { source: '\${resources.data}' } }
resources:
  me: { type: dns }
  data: { type: volume, params: { storage: 64Mi } }
  key: { type: Token, class: small, id: shared.key, params: { length: 3 } }
  api: { type: route, params: { host: example.localhost, path: /scored } }
`
const otherFile = `
apiVersion: score.dev/v1b1
metadata: { name: other }
containers:
  main: { image: ., variables: { KEY: '\${resources.its.token}' } }
resources: { its: { type: token, class: small, id: shared.key } }
`
/** A user's own. */
const tokens = {
  apiVersion: 'apps.naru.dev/v1',
  kind: 'Provisioner',
  metadata: { name: 'tokens' },
  spec: {
    type: 'token',
    class: 'small',
    params: { length: { default: 1 } },
    outputs: { token: '${secret.token}-${params.length}' },
    environment: { TOKEN: 'token' },
  },
}

beforeAll(async () => {
  naru = await openInstallation()
  folder = await naru.copyOf('examples/hello', 'other-name')
  await naru.mustNaru('up')
  await naru.apply(tokens)
})
afterAll(() => naru[Symbol.asyncDispose]())

async function deploy(version: string): Promise<void> {
  await writeFile(join(folder, 'score.yaml'), scoreFile(version))
  await naru.deploy(folder)
}

/** What a script of a shell prints in the app's container. */
async function inApp(release: string, script: string): Promise<string> {
  const { stdout } = await naru.kubectlResult(['exec', `deployment/${release}`, '-c', 'app', '--', 'sh', '-c', script])
  return stdout.trim()
}
const fileIn = (release: string) => inApp(release, 'stat -c %a -L /etc/greeting.txt; cat /etc/greeting.txt')

test('a Score file is what runs: variables, files, volumes, a sidecar, and the app answers', async () => {
  await deploy('one')
  expect(await inApp('scored-v1', 'echo "$GREETING"')).toBe('one at scored.localhost, $(PORT) stays')
  expect(await fileIn('scored-v1')).toBe('444\nfiled one')
  await eventually('the sidecar has written', async () => (await inApp('scored-v1', 'cat /data/it')) === 'from beside')
  expect(await inApp('scored-v1', 'wget -q -O - http://localhost:4999')).toBe('near seeded')
  const script = `fetch('http://scored:8099').then((it) => console.log(it.status))`
  expect(await inApp('scored-v1', `node -e "${script}"`)).toBe('200')
  const owner = await naru.kubectl('get', 'app/scored', '-o', 'jsonpath={.metadata.annotations.example\\.com/owner}')
  expect(owner).toBe('harbour')
})

test('a file may have in it what a resource gives, which nobody else is shown', async () => {
  const [, key] = /^key=(\w{32}-3), one$/.exec(await inApp('scored-v1', 'cat /etc/key.ini')) ?? []
  expect(key).toBeDefined()
  const shown = await naru.mustNaru('render', folder)
  expect(shown).toContain('key=${shared-key-binding.token}, one')
  expect(await naru.kubectl('get', 'apps,releases,deployments,configmaps', '-o', 'yaml')).not.toContain(key)
})

test('a route leads to the app at its path alone', async () => {
  const { gateway } = await naru.engine()
  const codeAt = async (path: string) => {
    const host = `example.localhost:${gateway.port}`
    const args = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '-H', `Host: ${host}`, `${gateway.url}${path}`]
    return await mustRun('curl', args)
  }
  expect(await codeAt('/scored/it')).toBe('200')
  expect(await codeAt('/else')).toBe('404')
})

test('an earlier release has its files back', async () => {
  await deploy('two')
  expect(await fileIn('scored-v2')).toBe('444\nfiled two')
  await naru.mustNaru('rollback', 'scored', 'v1')
  await eventually('the first release is back', async () => (await fileIn('scored-v1')) === '444\nfiled one')
  expect(await inApp('scored-v1', 'cat /etc/key.ini')).toMatch(/, one$/)
})

test('two apps share a resource by its id', async () => {
  const other = await naru.copyOf('examples/hello', 'other')
  await writeFile(join(other, 'score.yaml'), otherFile)
  await naru.mustNaru('deploy', other)
  const key = await inApp('other-v1-worker', 'echo "$KEY"')
  expect(await inApp('scored-v1', 'cat /etc/key.ini')).toBe(`key=${key}, one`)
})

test('a variable may be what a resource gives, and what is set by hand goes before that', async () => {
  const variables = 'echo "$TOKEN" "$ITS" "$WEB"'
  const env = (...words: string[]) => naru.mustNaru('env', ...words, '--app', 'other')
  const inOther = async () => {
    const { servingRelease = '' } = (await naru.kubectlJson<App>('get', 'app/other')).status ?? {}
    return await inApp(`${servingRelease}-worker`, variables)
  }
  const token = await inApp('other-v1-worker', 'echo "$KEY"')
  await env('set', 'ITS', '--from', 'shared-key.token')
  await env('set', 'WEB', '--from', 'scored.url')
  await env('set', 'TOKEN=mine')
  expect(await inOther()).toBe(`mine ${token} http://scored.default.svc`)
  expect(await env('list')).toBe('ITS    shared-key.token\nTOKEN\nWEB\n')
  await naru.mustNaru('deploy', join(folder, '..', 'other'))
  await env('unset', 'TOKEN', 'WEB')
  expect(await inOther()).toBe(`${token} ${token}`)
  const refused = await naru.naru('env', 'set', 'ITS', '--from', 'shared-key.gone', '--app', 'other')
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('no gone. There is: ') })
  expect(refused.stderr).not.toContain(token)
})
