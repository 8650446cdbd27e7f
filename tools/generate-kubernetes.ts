// Writes src/api/generated/* from Kubernetes' published OpenAPI v3 and discovery documents (v1.34).
// Usage: bin/node24 tools/generate-kubernetes.ts [--source DIR | --from-go-module] [--verify]
// No descriptions are kept. `--verify` writes nothing and exits 1 where a file is not what would be written.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findSource } from './kubernetes/find-source.ts'
import { readSource } from './kubernetes/read-source.ts'
import { generateResources } from './kubernetes/resources.ts'
import { generateSchemas } from './kubernetes/schemas.ts'
import { generateTypes } from './kubernetes/types.ts'

const TARGET = 'src/api/generated'

function generate(args: readonly string[]): void {
  const sources = readSource(findSource(args))
  const outputs: Record<string, string> = {
    'types.ts': generateTypes(sources),
    'resources.ts': generateResources(sources),
    'schemas.ts': generateSchemas(sources),
  }
  for (const [file, text] of Object.entries(outputs)) {
    const path = join(TARGET, file)
    if (!args.includes('--verify')) writeFileSync(path, text)
    else if (readFileSync(path, 'utf8') !== text) {
      process.stderr.write(`${path} is not what the generator writes; run npm run update:kubernetes\n`)
      process.exitCode = 1
    }
  }
}

try {
  generate(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
