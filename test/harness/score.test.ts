import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type App, findResourceByKind, type KubeObject } from '../../src/api/index.ts'
import { previewObjects } from '../../src/apps/index.ts'
import { openTestCluster } from './cluster.ts'

const golden = join(import.meta.dirname, '../../src/score/golden')
const outputs = readdirSync(golden).filter((name) => name.endsWith('.output.yaml') && !name.startsWith('refused-'))
const objectsIn = (name: string): KubeObject[] =>
  parseAllDocuments(readFileSync(join(golden, name), 'utf8')).map((document) => document.toJS() as KubeObject)

function resourceOf({ apiVersion = '', kind = '' }: KubeObject) {
  const resource = findResourceByKind(apiVersion, kind)
  if (resource === undefined) throw new Error(`no resource of kind ${apiVersion} ${kind}`)
  return resource
}

describe('what a Score file is rendered as', () => {
  test.each(outputs)('%s is what the API server takes, with all that is made of it', async (name) => {
    await using cluster = await openTestCluster()
    const objects = objectsIn(name)
    const app = objects.at(-1) as App
    for (const object of [...objects, ...previewObjects(app)]) {
      const made = await cluster.client.create(resourceOf(object), object)
      // Nothing in it is unknown to the server, and so left out; but it takes texts of Secrets as their data.
      const { stringData: _, ...kept } = object as KubeObject & { stringData?: unknown }
      expect(made).toMatchObject(kept)
    }
  })
})
