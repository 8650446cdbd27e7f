import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findArtifact } from './find-artifact.ts'
import type { JavaPlan } from './recognise.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-target-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function find(form: JavaPlan['form'], files: readonly string[], module = '.') {
  for (const path of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), path)
  }
  const { app, libraries } = await findArtifact(dir, { module, form })
  const [entry] = app
  return {
    app: app.map(({ path }) => path),
    from: entry?.type === 'file' ? await text(entry.open()) : undefined,
    libraries: libraries.map(({ path }) => path),
  }
}

it.each<[JavaPlan['form'], string[], object]>([
  ['war', ['target/a.war', 'target/a/index.html'], { app: ['app/ROOT.war'], from: 'target/a.war' }],
  [
    'classpath',
    ['target/a.jar', 'target/a-sources.jar', 'target/a-tests.jar', 'target/naru-libraries/g.b.jar'],
    { app: ['app/app.jar'], from: 'target/a.jar', libraries: ['app/lib/g.b.jar'] },
  ],
  ['executable', ['target/a.jar', 'target/a.jar.original', 'target/original-a.jar'], { from: 'target/a.jar' }],
  [
    'executable',
    ['target/a.jar', 'target/a-jar-with-dependencies.jar'],
    { from: 'target/a-jar-with-dependencies.jar' },
  ],
  [
    'classpath',
    ['target/a-1.0.jar', 'target/a-1.0-client.jar', 'target/a-1.0-api.jar'],
    { app: ['app/app.jar'], from: 'target/a-1.0.jar' },
  ],
  ['executable', ['target/a.war'], { app: ['app/app.jar'], from: 'target/a.war' }],
  [
    'quarkus',
    ['target/quarkus-app/quarkus-run.jar', 'target/quarkus-app/lib/main/b.jar'],
    { app: ['app/quarkus-run.jar', 'app/lib'], libraries: ['app/lib/main', 'app/lib/main/b.jar'] },
  ],
])('takes of a %s %j', async (form, files, expected) => {
  const found = await find(form, files)
  expect({ ...found, app: found.app.toSorted() }).toMatchObject(
    'app' in expected ? { ...expected, app: (expected.app as string[]).toSorted() } : expected,
  )
})

it('looks into the module', async () => {
  expect(await find('war', ['web/target/b.war', 'target/a.war'], 'web')).toMatchObject({ from: 'web/target/b.war' })
})

it('says that there is nothing', async () => {
  await expect(find('war', ['target/a.jar'])).rejects.toMatchObject({ reason: 'OutputMissing' })
})

it('follows no link that a build left', async () => {
  await writeFile(join(dir, 'secret.war'), 'secret')
  await mkdir(join(dir, 'workspace', 'target'), { recursive: true })
  await symlink(join(dir, 'secret.war'), join(dir, 'workspace', 'target', 'a.war'))
  const wanted = { module: '.', form: 'war' as const }
  await expect(findArtifact(join(dir, 'workspace'), wanted)).rejects.toMatchObject({ reason: 'OutputMissing' })
  await rm(join(dir, 'workspace', 'target'), { recursive: true })
  await symlink(dir, join(dir, 'workspace', 'target'))
  await expect(findArtifact(join(dir, 'workspace'), wanted)).rejects.toMatchObject({ reason: 'OutputMissing' })
})
