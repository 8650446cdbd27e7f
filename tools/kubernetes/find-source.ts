/** Where the published documents are: a folder given, the Go module `k8s.io/kubernetes`, or the folder beside ours. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { goModuleFolder } from './go-module.ts'

/** The release whose documents the generated data comes from. */
const MODULE = 'k8s.io/kubernetes@v1.34.0'
const BESIDE = '../shared/kubernetes-v1.34'

export interface SourceFolders {
  discovery: string
  openApi: string
}

/** `--source DIR`, `--from-go-module`, or neither. Throws an Error that says what to do when there are no documents. */
export function findSource(args: readonly string[]): SourceFolders {
  if (args.includes('--from-go-module')) return foldersIn(goModuleFolder(MODULE))
  const at = args.indexOf('--source')
  if (at === -1) return foldersIn(BESIDE)
  const given = args[at + 1]
  if (given === undefined) throw new Error('--source needs a folder')
  return foldersIn(given)
}

/** Accepts the module itself, its `api` folder, and a folder that holds `openapi-v3` and `discovery`. */
function foldersIn(folder: string): SourceFolders {
  for (const root of [folder, join(folder, 'api')])
    for (const openApi of [join(root, 'openapi-v3'), join(root, 'openapi-spec', 'v3')])
      if (existsSync(join(openApi, 'api__v1_openapi.json')) && existsSync(join(root, 'discovery', 'api__v1.json')))
        return { openApi, discovery: join(root, 'discovery') }
  throw new Error(
    `${folder} holds no Kubernetes API documents (openapi-v3/ or openapi-spec/v3/, and discovery/). ` +
      'Pass --source DIR with them, or --from-go-module to get them with the go command.',
  )
}
