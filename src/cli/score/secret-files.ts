/** The files of a Score file that have in them what Resources give: filled in when that is known, into a Secret. */
import { type BackingResource, isApiError, type k8s, resources } from '../../api/index.ts'
import type { FilePart, SecretFiles } from '../../score/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { unknownOutput } from '../resources/unknown-output.ts'
import { waitReady } from '../resources/wait-ready.ts'

/** Waits for the Resources. Throws CliError `resourceFailed`, `outputUnknown`. */
export async function applySecretFiles(
  context: CommandContext,
  { client, namespace }: Cluster,
  options: { secretFiles: SecretFiles; objects: readonly BackingResource[]; patienceMs: number },
): Promise<void> {
  const { signal } = context
  const { secret, files } = options.secretFiles
  const names = new Set(Object.values(files).flatMap((parts) => parts.flatMap((part) => partSecret(part) ?? [])))
  const known = new Map<string, k8s.Secret>()
  for (const { metadata } of options.objects) {
    const ref = { namespace, name: metadata.name }
    if (!names.has(`${metadata.name}-binding`)) continue
    const { status } = await waitReady(context, client, { ref, patienceMs: options.patienceMs })
    const name = status?.binding?.name ?? ''
    known.set(`${metadata.name}-binding`, await client.get(resources.secrets, { namespace, name }, { signal }))
  }
  const data = Object.fromEntries(Object.entries(files).map(([key, parts]) => [key, filledIn(parts, known)]))
  await write(client, { ...secret, data }, signal)
}

const partSecret = (part: FilePart): string | undefined => ('secret' in part ? part.secret : undefined)

/** As base64. `secrets` are the bindings of Resources, by the names they have by default. Throws CliError `outputUnknown`,
 *  with nothing of the values in it. */
export function filledIn(parts: readonly FilePart[], secrets: ReadonlyMap<string, k8s.Secret>): string {
  const bytes = parts.map((part) => {
    if ('text' in part) return Buffer.from(part.text)
    const { data = {} } = secrets.get(part.secret) ?? {}
    const value = data[part.key]
    if (value !== undefined) return Buffer.from(value, 'base64')
    throw unknownOutput(part.secret.replace(/-binding$/, ''), part.key, data)
  })
  return Buffer.concat(bytes).toString('base64')
}

/** One that is there has the same files; what is filled into them may be another. */
async function write(client: Cluster['client'], secret: k8s.Secret, signal: AbortSignal): Promise<void> {
  try {
    await client.create(resources.secrets, secret, { signal })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    await client.patch(resources.secrets, secret.metadata, { data: secret.data }, { signal })
  }
}
