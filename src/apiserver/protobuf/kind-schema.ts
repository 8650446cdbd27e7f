import { allSchemas, type ObjectSchema } from '../../api/index.ts'

/** Kinds of the machinery itself belong to every group and version. */
const EVERYWHERE = new Set(['DeleteOptions'])

/** The schema of a kind; undefined when there is none. */
export function findKindSchema(apiVersion: string, kind: string): ObjectSchema | undefined {
  if (EVERYWHERE.has(kind)) return allSchemas[kind]
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
  const wanted = `${groupVersion}/${kind}`
  return Object.values(allSchemas).find(({ kinds }) => kinds?.includes(wanted))
}
