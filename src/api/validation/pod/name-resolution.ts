/** How names are looked up in a pod: its DNS settings and its own hosts.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (validatePodDNSConfig, ValidateHostAliases). */
import { dnsSubdomainProblems, ipAddressProblems, serviceDomainProblems } from '../../formats/index.ts'
import type { HostAlias, PodDNSConfig } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../field-error.ts'

const MAX = { nameservers: 3, searches: 32, searchCharacters: 2048 } as const

export function validateDnsConfig(config: PodDNSConfig | undefined, policy: string | undefined, path: string) {
  const { nameservers = [], searches = [], options = [] } = config ?? {}
  if (policy === 'None' && config === undefined)
    return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  if (policy === 'None' && nameservers.length === 0)
    return [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  const errors: FieldError[] = []
  if (nameservers.length > MAX.nameservers) {
    const why = `must not have more than ${MAX.nameservers} nameservers`
    errors.push(invalidValue(`${path}.nameservers`, nameservers, why))
  }
  nameservers.forEach((server, index) =>
    errors.push(...invalidFormat(`${path}.nameservers[${index}]`, server, ipAddressProblems(server))),
  )
  errors.push(...validateSearches(searches, `${path}.searches`))
  options.forEach(({ name }, index) => {
    if (!name) errors.push(required(`${path}.options[${index}]`, 'must not be empty'))
  })
  return errors
}

function validateSearches(searches: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = []
  if (searches.length > MAX.searches)
    errors.push(invalidValue(path, searches, `must not have more than ${MAX.searches} search paths`))
  if (searches.join(' ').length > MAX.searchCharacters) {
    const why = `must not have more than ${MAX.searchCharacters} characters (including spaces) in the search list`
    errors.push(invalidValue(path, searches, why))
  }
  searches.forEach((search, index) => {
    if (search === '.') return
    const name = search.replace(/\.$/, '')
    errors.push(...invalidFormat(`${path}[${index}]`, name, serviceDomainProblems(name)))
  })
  return errors
}

export function validateHostAliases(aliases: readonly HostAlias[], path: string): FieldError[] {
  return aliases.flatMap(({ ip = '', hostnames = [] }: Partial<HostAlias>, index) => [
    ...invalidFormat(`${path}[${index}].ip`, ip, ipAddressProblems(ip)),
    ...hostnames.flatMap((name, position) =>
      invalidFormat(`${path}[${index}].hostnames[${position}]`, name, dnsSubdomainProblems(name)),
    ),
  ])
}
