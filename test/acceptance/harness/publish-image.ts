/** Images of the conformance suite, made on the spot, for tests that need no app. */
import { REGISTRY_HOST } from '../../../src/api/index.ts'
import { invariant, resolvePaths } from '../../../src/lib/index.ts'
import { publishImages } from '../../../tools/conformance/images/publish.ts'
import { imageRecipes } from '../../../tools/conformance/images/recipes.ts'
import { registryOf } from '../../../tools/conformance/images/registry-of.ts'
import type { Installation } from './installation.ts'

/** `name` is the last part of the repository's: `busybox`, `pause`. */
function recipeOf(name: string) {
  const recipe = imageRecipes.find(({ repository }) => repository.endsWith(`/${name}`))
  invariant(recipe !== undefined, `the suite has an image ${name}`)
  return recipe
}

/** What pods call it. */
export function imageOf(name: string): string {
  const { repository, tag } = recipeOf(name)
  return `${REGISTRY_HOST}/${repository}:${tag}`
}

/** Puts it into the registry of the engine, which runs. */
export async function publishImage(naru: Installation, name: string): Promise<void> {
  await publishImages({
    recipes: [recipeOf(name)],
    registry: await registryOf(resolvePaths(naru.env)),
    signal: new AbortController().signal,
    say: () => {},
  })
}
