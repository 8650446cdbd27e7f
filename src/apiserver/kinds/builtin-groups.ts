/** Which API groups are Kubernetes' own. */
import { resources } from '../../api/index.ts'

const BUILTIN_GROUPS: ReadonlySet<string> = new Set(resources.builtinResources.map(({ group }) => group))

export const isBuiltinGroup = (group: string): boolean => BUILTIN_GROUPS.has(group)
