/** The Go packages that hold the structs of the schemas, from Kubernetes' Go modules. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { goModuleFolder } from './go-module.ts'
import { type GoField, readGoStructs } from './go-structs.ts'
import type { Sources } from './sources.ts'

/** Go modules of the release whose documents are read. */
const VERSION = 'v0.34.2'
/** Which module and folder holds the package of a schema: `io.k8s.api.` + `core.v1` + `.Pod`. */
const ROOTS = [
  { prefix: 'io.k8s.api.', module: 'k8s.io/api', folder: '' },
  { prefix: 'io.k8s.apimachinery.pkg.apis.', module: 'k8s.io/apimachinery', folder: 'pkg/apis' },
  {
    prefix: 'io.k8s.apiextensions-apiserver.pkg.apis.',
    module: 'k8s.io/apiextensions-apiserver',
    folder: 'pkg/apis',
  },
  { prefix: 'io.k8s.kube-aggregator.pkg.apis.', module: 'k8s.io/kube-aggregator', folder: 'pkg/apis' },
]

export interface GoPackage {
  /** `core.v1` */
  name: string
  /** The schemas of the package: their names in OpenAPI documents by those of their structs. */
  schemas: ReadonlyMap<string, string>
  structs: ReadonlyMap<string, readonly GoField[]>
}

/** Whether the modules can be read without a network. */
export function hasGoModules(): boolean {
  try {
    for (const { module } of ROOTS) goModuleFolder(`${module}@${VERSION}`, { cached: true })
    return true
  } catch {
    return false
  }
}

/** Throws an Error when the modules cannot be had, or are not as expected. */
export function readGoPackages(sources: Sources): GoPackage[] {
  return ROOTS.flatMap(({ prefix, module, folder }) => {
    const ids = [...sources.schemas.keys()].filter((id) => id.startsWith(prefix))
    const root = join(goModuleFolder(`${module}@${VERSION}`), folder)
    return [...new Set(ids.map((id) => packageOf(id, prefix)))].map((name): GoPackage => {
      const source = join(root, name.replaceAll('.', '/'))
      if (!existsSync(source)) throw new Error(`${module} has no package ${name}`)
      const own = ids.filter((id) => packageOf(id, prefix) === name)
      const schemas = new Map(own.map((id) => [id.slice(id.lastIndexOf('.') + 1), id]))
      return { name, schemas, structs: readGoStructs(source) }
    })
  })
}

const packageOf = (id: string, prefix: string) => id.slice(prefix.length, id.lastIndexOf('.'))
