/** War files on Tomcat by the real CLI; and what Maven builds for real, from a repository that asks for a password. */
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildImage, type BuiltImage } from '../../src/builder/index.ts'
import { openRegistry } from '../../src/images/index.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'
import { mustRun } from './harness/command.ts'
import { type Installation, openInstallation, repository as sources } from './harness/installation.ts'

/** Packages and artifacts are downloaded. */
vi.setConfig({ testTimeout: 300_000 })
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-java-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** With the JDK's own program. */
async function archive(file: string, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(dir, 'archive-'))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  await mustRun('jar', ['--create', '--file', file, '-C', folder, '.'])
  return file
}

describe('a war file', () => {
  let naru: Installation
  beforeAll(async () => {
    naru = await openInstallation()
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  const answer = (url: string) => mustRun('curl', ['-sS', '--fail', '--max-time', '20', url])

  it('runs by naru add tomcat as an app, and goes back to the release before', async () => {
    const war = await archive(join(dir, 'shop-1.0.war'), { 'index.jsp': 'first <%= 6 * 7 %>' })
    const url = (await naru.mustNaru('add', 'tomcat', war)).trim()
    expect(url).toMatch(/^http:\/\/shop\.localhost/)
    expect(await answer(url)).toBe('first 42')
    await archive(war, { 'index.jsp': 'second <%= 6 * 7 %>' })
    await naru.mustNaru('deploy', war)
    expect(await answer(url)).toBe('second 42')
    await naru.mustNaru('rollback', 'shop')
    expect(await answer(url)).toBe('first 42')
  })

  it('that does not start is withdrawn, and its cause is told', async () => {
    const war = await archive(join(dir, 'shop-1.0.war'), {
      'WEB-INF/web.xml': `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
        <listener><listener-class>com.example.Gone</listener-class></listener></web-app>`,
      'index.jsp': 'third',
    })
    const { code, stderr } = await naru.naru('deploy', war)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/exited with code 1[^]*A web app did not start:/)])
    expect(stderr).toMatch(/java\.lang\.ClassNotFoundException: com\.example\.Gone/)
    expect(await answer((await naru.mustNaru('open', 'shop')).trim())).toBe('first 42')
  })

  it('is asked for where there is none, and takes nothing that only a resource has', async () => {
    expect(await naru.naru('add', 'tomcat', sources)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('naru add tomcat shop.war'),
    })
    expect(await naru.naru('add', 'tomcat', '--param', 'storage=1Gi')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--param does not go with "naru add tomcat"'),
    })
  })
})

it('Maven downloads with the password of settings.xml, builds without it, and gives the same bytes twice', {
  tags: ['long'],
}, async () => {
  const asked: string[] = []
  const jar = await archive(join(dir, 'greeting.jar'), { 'greeting.txt': 'from a private repository' })
  const artifact = '/m2/org/example/greeting/1/greeting-1'
  const server = createServer((request, response) => {
    const { authorization = 'nobody' } = request.headers
    asked.push(`${authorization} ${request.url}`)
    if (authorization !== `Basic ${Buffer.from('me:hidden').toString('base64')}`)
      return void response.writeHead(401).end()
    const pom =
      '<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>greeting</artifactId><version>1</version></project>'
    if (request.url === `${artifact}.pom`) return void response.end(pom)
    if (request.url !== `${artifact}.jar`) return void response.writeHead(404).end()
    createReadStream(jar).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/m2`
  try {
    const home = join(dir, 'home')
    await mkdir(join(home, '.m2'), { recursive: true })
    await writeFile(
      join(home, '.m2', 'settings.xml'),
      '<settings><servers><server><id>private</id><username>me</username><password>${env.WORD}</password></server></servers></settings>',
    )
    const source = join(dir, 'source')
    await cp(join(sources, 'examples/java'), source, { recursive: true })
    const pom = await readFile(join(source, 'pom.xml'), 'utf8')
    const dependency =
      '<dependency><groupId>org.example</groupId><artifactId>greeting</artifactId><version>1</version></dependency>'
    const repositories = `<repositories><repository><id>private</id><url>${url}</url></repository></repositories>`
    await writeFile(
      join(source, 'pom.xml'),
      pom.replace('<dependencies>', `${repositories}<dependencies>${dependency}`),
    )
    const env = { ...process.env, HOME: home, WORD: 'hidden' }
    const [first, second] = [await build(source, env), await build(source, env)]
    expect(first.layers.map(({ role }) => role)).toEqual(['base', 'runtime', 'dependencies', 'app'])
    expect(second.digest).toBe(first.digest)
    expect(asked.filter((line) => line.endsWith('greeting-1.jar'))).toEqual([
      `Basic ${Buffer.from('me:hidden').toString('base64')} ${artifact}.jar`,
    ])
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** With the downloads of all and what does not depend on the app, and an app and dependencies of its own. */
async function build(source: string, env: NodeJS.ProcessEnv): Promise<BuiltImage> {
  const shared = join(tmpdir(), 'naru-acceptance-cache')
  const cacheDir = await mkdtemp(join(dir, 'cache-'))
  for (const folder of ['debian', 'toolchains', 'maven', 'layers/blobs']) {
    await mkdir(join(shared, folder), { recursive: true })
    if (!folder.includes('/')) await symlink(join(shared, folder), join(cacheDir, folder))
  }
  await mkdir(join(cacheDir, 'layers'))
  for (const name of await readdir(join(shared, 'layers')))
    if (/^(?:blobs$|base-|runtime-)/.test(name))
      await symlink(join(shared, 'layers', name), join(cacheDir, 'layers', name))
  const credentials = { username: 'naru', password: 'secret' }
  await using registry = await openRegistry({
    dir: join(dir, 'registry'),
    listen: { host: '127.0.0.1', port: 0 },
    credentials,
    logger: silentLogger,
    clock: systemClock,
  })
  return await buildImage({
    source,
    name: 'java',
    namespace: 'default',
    cacheDir,
    registry: { address: registry.url, credentials },
    env,
    signal: new AbortController().signal,
    onProgress: () => {},
  })
}
