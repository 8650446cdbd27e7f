import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

/** A Node app in one file. */
async function writeApp(folder: string, server: string, scripts: Record<string, string> = {}): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { start: 'node server.js', ...scripts } }, null, 2),
  )
  await writeFile(join(folder, 'server.js'), server)
  return folder
}
const listening = (word: string) =>
  `require('node:http').createServer((q, s) => s.end('${word}')).listen(process.env.PORT)\n`

describe('what goes wrong says so and harms nothing', () => {
  let naru: Installation
  let folder: string
  let url: string

  beforeAll(async () => {
    naru = await openInstallation()
    folder = join(naru.root, 'src', 'shop')
    url = await naru.deploy(await writeApp(folder, listening('version one')))
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  const stillServes = async () => expect(await mustRun('curl', ['-sS', '--fail', url])).toBe('version one')

  it('a broken build exits 1, shows the failing line, and leaves the running version alone', async () => {
    await writeApp(folder, listening('two'), { build: 'node build.js' })
    await writeFile(join(folder, 'build.js'), "console.log('step one')\nconst broken = = 3\n")
    const result = await naru.naru('deploy', folder)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('const broken = = 3')
    expect(result.stderr).toMatch(/build\.js:2/)
    await stillServes()
  })

  it('an app that crashes shows its last lines and exit code, and the old version serves', async () => {
    await writeApp(folder, "console.log('opening the ledger')\nconsole.error('ledger is missing')\nprocess.exit(7)\n")
    const result = await naru.naru('deploy', folder)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('ledger is missing')
    expect(result.stderr).toMatch(/exit(ed with)? code:? 7/i)
    await stillServes()
  })

  it('an app that never listens is told the port it was expected on', async () => {
    await writeApp(folder, "console.log('thinking'); setInterval(() => {}, 1000)\n")
    const result = await naru.naru('deploy', folder, '--timeout', '15s')
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/port 8080/)
    expect(result.stderr).toContain('PORT')
    expect(result.stderr).toContain('thinking')
    await stillServes()
  })

  it('an app that outgrows its memory is reported as OOMKilled', async () => {
    await naru.kubectlResult(['apply', '-f', '-'], { input: hungryPod(await image()) })
    await naru.kubectl(
      'wait',
      '--for=jsonpath={.status.containerStatuses[0].state.terminated.reason}=OOMKilled',
      'pod/hungry',
      '--timeout=60s',
    )
    expect(await naru.kubectl('get', 'pod/hungry')).toMatch(/OOMKilled/)
    await naru.kubectl('delete', 'pod/hungry', '--grace-period=0')
  })

  it('a good version after all these goes through', async () => {
    await writeApp(folder, listening('version three'))
    await naru.deploy(folder)
    expect(await mustRun('curl', ['-sS', '--fail', url])).toBe('version three')
  })

  const image = async () => (await naru.kubectl('get', 'app/shop', '-o', 'jsonpath={.status.servingImage}')).trim()
})

function hungryPod(image: string): string {
  const eat = 'const a=[];setInterval(()=>a.push(Buffer.alloc(16<<20,1)),20)'
  return `
apiVersion: v1
kind: Pod
metadata: { name: hungry }
spec:
  restartPolicy: Never
  containers:
    - name: eat
      image: ${image}
      command: ["/usr/local/bin/node", "-e", ${JSON.stringify(eat)}]
      resources: { limits: { memory: 96Mi } }
`
}
