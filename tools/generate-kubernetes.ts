// Writes src/api/generated/* from Kubernetes' published OpenAPI v3 and discovery documents (v1.34), and what structs' tags
// say (protobuf field numbers, which zeros are left out) from its Go modules, which are got with the go command.
// Usage: bin/node24 tools/generate-kubernetes.ts [--source DIR | --from-go-module] [--verify]
// No descriptions are kept. `--verify` writes nothing and exits 1 where a file is not what would be written; what comes
// of Go modules is verified where they are in go's cache.
import { readFileSync, writeFileSync } from 'node:fs'
import { findSource } from './kubernetes/find-source.ts'
import { readSource } from './kubernetes/read-source.ts'
import { hasGoModules, readGoPackages } from './kubernetes/go-packages.ts'
import { generateProtobuf } from './kubernetes/protobuf.ts'
import { generateResources } from './kubernetes/resources.ts'
import { generateSchemas } from './kubernetes/schemas.ts'
import { generateTypes } from './kubernetes/types.ts'

function generate(args: readonly string[]): void {
  const verify = args.includes('--verify')
  const sources = readSource(findSource(args))
  const outputs: Record<string, () => string> = {
    'src/api/generated/types.ts': () => generateTypes(sources),
    'src/api/generated/resources.ts': () => generateResources(sources),
  }
  if (!verify || hasGoModules()) {
    const packages = readGoPackages(sources)
    outputs['src/api/generated/schemas.ts'] = () => generateSchemas(sources, packages)
    outputs['src/apiserver/protobuf/generated/fields.ts'] = () => generateProtobuf(packages)
  }
  for (const [path, make] of Object.entries(outputs)) {
    if (!verify) writeFileSync(path, make())
    else if (readFileSync(path, 'utf8') !== make()) {
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
