import { allSchemas, findSchema, type ObjectSchema } from '../../api/machinery.ts'

/** The schema of a kind; undefined when there is none. */
export function findKindSchema(apiVersion: string, kind: string): ObjectSchema | undefined {
  // How to delete belongs to every group and version, those that are not served among them.
  if (kind === 'DeleteOptions') return allSchemas.DeleteOptions
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  return findSchema({ group, version, kind })
}
