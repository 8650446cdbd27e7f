/** What is said to who writes a workload. Source: kubernetes v1.34, pkg/registry/{apps,batch,core} (WarningsOnCreate,
 *  WarningsOnUpdate). */
import { dnsLabelProblems } from '../../formats/index.ts'
import type { ObjectMeta } from '../../generated/types.ts'

interface Named {
  metadata: Pick<ObjectMeta, 'name' | 'generation'>
}

/** Of new workloads whose pods get names from theirs. */
export function nameWarnings({ metadata }: Named, old: Named | undefined): string[] {
  if (old !== undefined) return []
  const problems = dnsLabelProblems(metadata.name ?? '')
  const why =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended'
  return problems.length === 0 ? [] : [`metadata.name: ${why}: [${problems.join(' ')}]`]
}

/** Whether what is asked for is new or another. */
export const isAnotherGeneration = ({ metadata }: Named, old: Named | undefined): boolean =>
  old === undefined || metadata.generation !== old.metadata.generation
