/** For tests: what is wrong with pods that have volumes. */
import * as resources from '../../generated/resources.ts'
import { problemsOf } from './problems.ts'

/** As `field: message`. */
export const volumeProblems = (volumes: readonly object[], metadata: object = {}): string[] =>
  problemsOf(resources.pods, {
    metadata: { name: 'n', namespace: 'ns', ...metadata },
    spec: { serviceAccountName: 'default', containers: [{ name: 'c', image: 'i' }], volumes },
  })

/** Of a volume of this source; fields are said as they are below the volume. */
export const sourceProblems = (source: object): string[] =>
  volumeProblems([{ name: 'v', ...source }]).map((problem) => problem.replaceAll(/spec\.volumes\[0\]\.?/g, ''))
