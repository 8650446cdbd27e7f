/** Reads the documents of the GA versions into memory. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceFolders } from './find-source.ts'
import { type OpenApiSchema, type Sources, schemaShortNames } from './sources.ts'

export function readSource(folders: SourceFolders): Sources {
  const schemas = new Map<string, OpenApiSchema>()
  for (const file of readdirSync(folders.openApi).sort()) {
    if (!/__v\d+_openapi\.json$/.test(file)) continue
    const document = readJson(folders.openApi, file)
    for (const [name, schema] of Object.entries<OpenApiSchema>(document.components?.schemas ?? {}))
      schemas.set(name, schema)
  }
  const discovery = readJson(folders.discovery, 'aggregated_v2.json')
  const core = readJson(folders.discovery, 'api__v1.json')
  return { schemas, discovery, core, names: schemaShortNames(schemas) }
}

const readJson = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'))
