/** Environment variables. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateEnv, ValidateEnvFrom). */
import { configKeyProblems, dnsSubdomainProblems, envNameProblems } from '../../formats/index.ts'
import type { ConfigMapKeySelector, EnvFromSource, EnvVar, EnvVarSource } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validateFieldSelector, validateResourceSelector } from './field-selectors.ts'

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

export function validateEnv(env: readonly EnvVar[], path: string): FieldError[] {
  return env.flatMap(({ name, value, valueFrom }: Partial<EnvVar>, index) => {
    const at = `${path}[${index}]`
    const errors = name ? invalidFormat(`${at}.name`, name, envNameProblems(name)) : [required(`${at}.name`)]
    return valueFrom === undefined ? errors : [...errors, ...validateSource(valueFrom, value, `${at}.valueFrom`)]
  })
}

function validateSource(source: EnvVarSource, value: string | undefined, at: string): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source
  const errors: FieldError[] = []
  if (fieldRef) errors.push(...validateFieldSelector(fieldRef, FIELDS, `${at}.fieldRef`))
  if (resourceFieldRef)
    errors.push(...validateResourceSelector(resourceFieldRef, `${at}.resourceFieldRef`, { needsContainer: false }))
  if (configMapKeyRef) errors.push(...validateKeyRef(configMapKeyRef, `${at}.configMapKeyRef`))
  if (secretKeyRef) errors.push(...validateKeyRef(secretKeyRef, `${at}.secretKeyRef`))
  // Keys of files come with a feature that is off, and are not looked at.
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length
  const names = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
  if (sources === 0) errors.push(invalidValue(at, '', `must specify one of: ${names}`))
  else if (value) errors.push(invalidValue(at, '', 'may not be specified when `value` is not empty'))
  else if (sources > 1) errors.push(invalidValue(at, '', 'may not have more than one field specified at a time'))
  return errors
}

function validateKeyRef({ name = '', key = '' }: Partial<ConfigMapKeySelector>, at: string): FieldError[] {
  const errors = invalidFormat(`${at}.name`, name, dnsSubdomainProblems(name))
  if (key === '') return [...errors, required(`${at}.key`)]
  return [...errors, ...invalidFormat(`${at}.key`, key, configKeyProblems(key))]
}

export function validateEnvFrom(sources: readonly EnvFromSource[], path: string): FieldError[] {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const at = `${path}[${index}]`
    const errors = prefix ? invalidFormat(`${at}.prefix`, prefix, envNameProblems(prefix)) : []
    if (configMapRef) errors.push(...validateSourceName(configMapRef.name, `${at}.configMapRef.name`))
    if (secretRef) errors.push(...validateSourceName(secretRef.name, `${at}.secretRef.name`))
    if (!configMapRef && !secretRef)
      errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    if (configMapRef && secretRef)
      errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'))
    return errors
  })
}

/** A name may be but the beginning of one. */
function validateSourceName(name: string | undefined, at: string): FieldError[] {
  if (!name) return [required(at)]
  const whole = name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name
  return invalidFormat(at, name, dnsSubdomainProblems(whole))
}
