/** The smallest pod there is: one that sleeps, in an image of one small program. */
import type { k8s } from '../../../src/api/index.ts'
import { imageOf } from './publish-image.ts'

/** Ends as soon as it is told to, and its object only after it: with no grace at all the API would not wait for the node. Without the token of a ServiceAccount, which is none of a sleeper's business. */
export const pausePod = (name: string, { hostPort }: { hostPort?: number } = {}): k8s.Pod => ({
  metadata: { name, namespace: 'default' },
  spec: {
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'main',
        image: imageOf('pause'),
        ...(hostPort !== undefined && { ports: [{ containerPort: 80, hostPort }] }),
      },
    ],
  },
})
