/** Naru's own kind. */
import type { App } from '../../app-types.ts'
import { dnsSubdomainProblems, portNumberProblems } from '../../formats/index.ts'
import { duplicate, type FieldError, invalidFormat, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { validateEnv } from '../pod/env.ts'
import { validateResources } from '../pod/resources.ts'

export const appRules: KindRules<App> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const errors: FieldError[] = []
    if (spec.image === '') errors.push(required('spec.image'))
    if (spec.port !== undefined) errors.push(...invalidFormat('spec.port', spec.port, portNumberProblems(spec.port)))
    errors.push(...nonNegative(spec.replicas, 'spec.replicas'), ...validateEnv(spec.env ?? [], 'spec.env'))
    errors.push(...validateResources(spec.resources, 'spec.resources'))
    const hosts = new Set<string>()
    spec.hosts?.forEach((host, index) => {
      const at = `spec.hosts[${index}]`
      errors.push(...invalidFormat(at, host, dnsSubdomainProblems(host)))
      if (hosts.has(host)) errors.push(duplicate(at, host))
      hosts.add(host)
    })
    return errors
  },
}
