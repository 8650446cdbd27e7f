/** The smallest pod there is: one that sleeps, in an image of one small program. */
import type { k8s } from '../../../src/api/index.ts'
import { REGISTRY_HOST } from '../../../src/api/index.ts'
import { resolvePaths } from '../../../src/lib/index.ts'
import { publishImages } from '../../../tools/conformance/images/publish.ts'
import { imageRecipes } from '../../../tools/conformance/images/recipes.ts'
import { registryOf } from '../../../tools/conformance/images/registry-of.ts'
import type { Installation } from './installation.ts'

const [recipe] = imageRecipes.filter(({ repository }) => repository.endsWith('/pause'))

/** Puts the image into the registry of the engine, which runs. */
export async function publishPause(naru: Installation): Promise<void> {
  await publishImages({
    recipes: recipe ? [recipe] : [],
    registry: await registryOf(resolvePaths(naru.env)),
    signal: new AbortController().signal,
    say: () => {},
  })
}

/** Ends as soon as it is told to, and its object only after it: with no grace at all the API would not wait for the node. Without the token of a ServiceAccount, which is none of a sleeper's business. */
export const pausePod = (name: string, { hostPort }: { hostPort?: number } = {}): k8s.Pod => ({
  metadata: { name, namespace: 'default' },
  spec: {
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'main',
        image: `${REGISTRY_HOST}/${recipe?.repository}:${recipe?.tag}`,
        ...(hostPort !== undefined && { ports: [{ containerPort: 80, hostPort }] }),
      },
    ],
  },
})
