/** A Score file with a whole engine: its variables, files and volumes in real containers, deployed twice and gone back. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from './harness/command.ts'
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
    files: { /etc/greeting.txt: { content: 'filed \${metadata.version}', mode: '0444' } }
    volumes: { /data: { source: '\${resources.data}', readOnly: true } }
  beside:
    image: .
    command: [node, -e, 'require("fs").writeFileSync("/shared/it", "from beside"); setInterval(() => {}, 1e6)']
    volumes: { /shared: { source: '\${resources.data}' } }
resources:
  me: { type: dns }
  data: { type: volume, params: { storage: 64Mi } }
`

beforeAll(async () => {
  naru = await openInstallation()
  folder = await naru.copyOf('examples/hello', 'other-name')
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
  const script = `fetch('http://scored:8099').then((it) => console.log(it.status))`
  expect(await inApp('scored-v1', `node -e "${script}"`)).toBe('200')
  const owner = await naru.kubectl('get', 'app/scored', '-o', 'jsonpath={.metadata.annotations.example\\.com/owner}')
  expect(owner).toBe('harbour')
})

test('an earlier release has its files back', async () => {
  await deploy('two')
  expect(await fileIn('scored-v2')).toBe('444\nfiled two')
  await naru.mustNaru('rollback', 'scored', 'v1')
  await eventually('the first release is back', async () => (await fileIn('scored-v1')) === '444\nfiled one')
})
