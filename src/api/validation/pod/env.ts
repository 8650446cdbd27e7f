/** Environment variables. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateEnv, ValidateEnvFrom). */
import { configKeyProblems, envNameProblems } from '../../formats/index.ts'
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'

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
  return env.flatMap(({ name, value, valueFrom }, index) => {
    const at = `${path}[${index}]`
    const errors = name ? invalidFormat(`${at}.name`, name, envNameProblems(name)) : [required(`${at}.name`)]
    return valueFrom === undefined ? errors : [...errors, ...validateSource(valueFrom, value, `${at}.valueFrom`)]
  })
}

function validateSource(source: EnvVarSource, value: string | undefined, at: string): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source
  const errors: FieldError[] = []
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, `${at}.fieldRef`))
  if (resourceFieldRef && !resourceFieldRef.resource) errors.push(required(`${at}.resourceFieldRef.resource`))
  for (const [field, ref] of Object.entries({ configMapKeyRef, secretKeyRef })) {
    if (ref === undefined) continue
    if (!ref.name) errors.push(required(`${at}.${field}.name`))
    if (!ref.key) errors.push(required(`${at}.${field}.key`))
    else errors.push(...invalidFormat(`${at}.${field}.key`, ref.key, configKeyProblems(ref.key)))
  }
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length
  const names = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
  if (sources === 0) errors.push(invalidValue(at, '', `must specify one of: ${names}`))
  else if (value) errors.push(invalidValue(at, '', 'may not be specified when `value` is not empty'))
  else if (sources > 1) errors.push(invalidValue(at, '', 'may not have more than one field specified at a time'))
  return errors
}

function validateFieldRef({ fieldPath }: ObjectFieldSelector, at: string): FieldError[] {
  if (fieldPath === '') return [required(`${at}.fieldPath`)]
  const isKnown = FIELDS.includes(fieldPath) || /^metadata\.(labels|annotations)\['.+'\]$/.test(fieldPath)
  return isKnown ? [] : [notSupported(`${at}.fieldPath`, fieldPath, FIELDS)]
}

export function validateEnvFrom(sources: readonly EnvFromSource[], path: string): FieldError[] {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const at = `${path}[${index}]`
    const errors = prefix ? invalidFormat(`${at}.prefix`, prefix, envNameProblems(prefix)) : []
    if (configMapRef && !configMapRef.name) errors.push(required(`${at}.configMapRef.name`))
    if (secretRef && !secretRef.name) errors.push(required(`${at}.secretRef.name`))
    if (!configMapRef && !secretRef)
      errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    if (configMapRef && secretRef)
      errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'))
    return errors
  })
}
