/** What the suite runs against: an engine of its own, the one that runs already, or any cluster. */
import { join } from 'node:path'
import { REGISTRY_HOST } from '../../src/api/index.ts'
import { resolvePaths } from '../../src/lib/index.ts'
import { openInstallation } from '../../test/acceptance/harness/installation.ts'
import { publishImages } from './images/publish.ts'
import { imagesFor, repositoryList } from './images/recipes.ts'
import { registryOf } from './images/registry-of.ts'
import type { Options } from './options.ts'

export interface Cluster extends AsyncDisposable {
  kubeconfig: string
  /** Where the suite finds its images; undefined: where they are published. */
  repositoryList: string | undefined
}

export async function openCluster(
  options: Pick<Options, 'kubeconfig' | 'running'>,
  { tests, signal, say }: { tests: readonly string[]; signal: AbortSignal; say: (line: string) => void },
): Promise<Cluster> {
  if (options.kubeconfig !== undefined)
    return { kubeconfig: options.kubeconfig, repositoryList: undefined, async [Symbol.asyncDispose]() {} }
  await using stack = new AsyncDisposableStack()
  let env = process.env
  if (!options.running) {
    say('starting an engine')
    const installation = stack.use(await openInstallation({ env: { NARU_RUNTIME: 'containerd' } }))
    await installation.mustNaru('up')
    ;({ env } = installation)
  }
  const paths = resolvePaths(env)
  await publishImages({ recipes: imagesFor(tests), registry: await registryOf(paths), signal, say })
  const opened = stack.move()
  return {
    kubeconfig: join(paths.stateDir, 'admin.kubeconfig'),
    repositoryList: repositoryList(REGISTRY_HOST),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
