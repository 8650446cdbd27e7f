// Writes src/api/generated/* from Kubernetes' published OpenAPI v3 and discovery documents (v1.34).
// Usage: bin/node24 tools/generate-kubernetes.ts [--source DIR] [--verify]
// DIR holds `discovery/aggregated_v2.json` and `openapi-v3/*.json`, as in k8s.io/kubernetes/api. No descriptions are kept.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateResources } from './kubernetes/resources.ts'
import { type OpenApiSchema, type Sources, schemaShortNames } from './kubernetes/sources.ts'
import { generateTypes } from './kubernetes/types.ts'

const argument = process.argv.indexOf('--source')
const source = argument === -1 ? '../shared/kubernetes-v1.34' : (process.argv[argument + 1] ?? '')
const target = 'src/api/generated'

const schemas = new Map<string, OpenApiSchema>()
for (const file of readdirSync(join(source, 'openapi-v3')).sort()) {
  if (!/__v\d+_openapi\.json$/.test(file)) continue
  const document = JSON.parse(readFileSync(join(source, 'openapi-v3', file), 'utf8'))
  for (const [name, schema] of Object.entries<OpenApiSchema>(document.components?.schemas ?? {}))
    schemas.set(name, schema)
}
const discovery = JSON.parse(readFileSync(join(source, 'discovery', 'aggregated_v2.json'), 'utf8'))
const core = JSON.parse(readFileSync(join(source, 'discovery', 'api__v1.json'), 'utf8'))
const sources: Sources = { schemas, discovery, core, names: schemaShortNames(schemas) }

const outputs: Record<string, string> = {
  'types.ts': generateTypes(sources),
  'resources.ts': generateResources(sources),
}
const verify = process.argv.includes('--verify')
for (const [file, text] of Object.entries(outputs)) {
  const path = join(target, file)
  if (!verify) writeFileSync(path, text)
  else if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write(`${path} is not what the generator writes; run npm run update:kubernetes\n`)
    process.exitCode = 1
  }
}
