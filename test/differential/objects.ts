/** The documents in `objects/*.yaml` as cases, a file for each kind. A document is created, dry; where it has the same
 *  name as the one before it, it is put in that one's place. Its comment is the case's name, else the object's name is. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { READ } from './connection.ts'
import { type Document, parseAllDocuments } from 'yaml'
import { findResourceByKind, pathOf } from '../../src/api/index.ts'
import { type Case, NAMESPACE } from './case.ts'

const FOLDER = join(import.meta.dirname, 'objects')

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name?: string; namespace?: string; [field: string]: unknown }
  [field: string]: unknown
}

/** A document as it stands, without what is done with it. */
export interface Sample {
  /** `pods/full` */
  name: string
  manifest: Manifest
}

/** The objects that are not there to replace another. */
export async function samples(): Promise<Sample[]> {
  const cases = await objectCases()
  return cases.flatMap(({ name, calls: [call, second] }) =>
    call === undefined || second !== undefined ? [] : [{ name, manifest: call.body as Manifest }],
  )
}

export async function objectCases(): Promise<Case[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.yaml')).sort()
  return (await Promise.all(files.map(casesOf))).flat()
}

async function casesOf(file: string): Promise<Case[]> {
  const documents = parseAllDocuments(await readFile(join(FOLDER, file), 'utf8'))
  let first: Manifest | undefined
  return documents.flatMap((document) => {
    if (document.errors.length > 0) throw new Error(file, { cause: document.errors[0] })
    const manifest = document.toJS() as Manifest | null
    if (manifest === null) return []
    const name = `${basename(file, '.yaml')}/${titleOf(document) ?? manifest.metadata.name ?? ''}`
    if (first !== undefined && first.metadata.name === manifest.metadata.name)
      return [updateCase(name, first, manifest)]
    first = manifest
    return [{ name, calls: [{ method: 'POST', path: `${collectionOf(manifest)}?dryRun=All`, body: manifest }] }]
  })
}

export function updateCase(name: string, from: Manifest, to: Manifest): Case {
  const path = `${collectionOf(from)}/${from.metadata.name}`
  return {
    name,
    calls: [
      { method: 'POST', path: collectionOf(from), body: from },
      {
        method: 'PUT',
        path: `${path}?dryRun=All`,
        body: { ...to, metadata: { ...to.metadata, resourceVersion: READ } },
      },
      { method: 'DELETE', path: `${path}?gracePeriodSeconds=0` },
    ],
  }
}

/** Throws when the kind is not known. */
export function collectionOf(manifest: Manifest): string {
  const resource = findResourceByKind(manifest.apiVersion, manifest.kind)
  if (resource === undefined) throw new Error(`no kind ${manifest.kind} in ${manifest.apiVersion}`)
  return pathOf(resource, { namespace: manifest.metadata.namespace ?? NAMESPACE })
}

function titleOf(document: Document): string | undefined {
  return (document.commentBefore ?? document.contents?.commentBefore)?.split('\n')[0]?.trim()
}
