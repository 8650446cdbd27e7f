/** Addresses and names that occur twice, and addresses that are written oddly. */
import { addressWarnings } from '../../../formats/index.ts'
import type { PodSpec } from '../../../generated/types.ts'

export function repeatedNamesWarnings({ hostAliases = [], imagePullSecrets = [] }: PodSpec, path: string): string[] {
  const secrets = imagePullSecrets.map(({ name }) => name ?? '')
  return [
    ...repeated(
      hostAliases.map(({ ip }) => ip),
      (index) => `${path}.hostAliases[${index}].ip: duplicate ip`,
    ),
    ...repeated(secrets, (index) => `${path}.imagePullSecrets[${index}].name: duplicate name`),
    ...secrets.flatMap((name, index) =>
      name === '' ? [`${path}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
    ),
  ]
}

function repeated(values: readonly string[], say: (index: number) => string): string[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [`${say(index)} ${JSON.stringify(value)}`] : [],
  )
}

export function nameResolutionAddressWarnings({ dnsConfig, hostAliases = [] }: PodSpec, path: string): string[] {
  return [
    ...(dnsConfig?.nameservers ?? []).flatMap((server, index) =>
      addressWarnings(`${path}.dnsConfig.nameservers[${index}]`, server),
    ),
    ...hostAliases.flatMap(({ ip }, index) => addressWarnings(`${path}.hostAliases[${index}].ip`, ip)),
  ]
}
