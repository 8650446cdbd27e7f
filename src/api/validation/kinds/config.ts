/** ConfigMaps and Secrets. Source: kubernetes v1.34, pkg/apis/core/validation. */
import { jsonSyntaxProblem } from '../../decode/index.ts'
import { configKeyProblems } from '../../formats/index.ts'
import type { ConfigMap, Secret } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required, tooLong } from '../field-error.ts'
import { immutable, sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'

const MAX_BYTES = 1024 * 1024
const SEALED = 'field is immutable when `immutable` is set'
const textBytes = (text: string) => Buffer.byteLength(text)
const base64Bytes = (text: string) => Buffer.byteLength(text, 'base64')

export const configMapRules: KindRules<ConfigMap> = {
  changesFirst: true,
  validate: ({ data = {}, binaryData = {} }) => {
    const errors = validateKeys(data, 'data')
    for (const key of Object.keys(data))
      if (Object.hasOwn(binaryData, key))
        errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'))
    errors.push(...validateKeys(binaryData, 'binaryData'))
    const bytes = sum(Object.values(data), textBytes) + sum(Object.values(binaryData), base64Bytes)
    // The object as a whole has no name of its own.
    return bytes > MAX_BYTES ? [...errors, tooLong('[]', MAX_BYTES)] : errors
  },
  validateUpdate: (configMap, old) => sealed(configMap, old, ['data', 'binaryData']),
}

export const secretRules: KindRules<Secret> = {
  changesFirst: true,
  validate: (secret) => {
    const { data = {} } = secret
    const errors = validateKeys(data, 'data')
    if (sum(Object.values(data), base64Bytes) > MAX_BYTES) errors.push(tooLong('data', MAX_BYTES))
    return [...errors, ...validateContent(secret, data)]
  },
  warnings: keyPairWarnings,
  validateUpdate: (secret, old) => [...immutable(secret.type, old.type, 'type'), ...sealed(secret, old, ['data'])],
}

function validateKeys(data: Record<string, string>, path: string): FieldError[] {
  const errors: FieldError[] = []
  for (const key of Object.keys(data)) errors.push(...invalidFormat(`${path}[${key}]`, key, configKeyProblems(key)))
  return errors
}

const sum = (values: readonly string[], size: (value: string) => number) =>
  values.reduce((total, value) => total + size(value), 0)

function sealed<T extends ConfigMap | Secret>(object: T, old: T, fields: readonly (keyof T & string)[]): FieldError[] {
  if (old.immutable !== true) return []
  const errors = fields
    .filter((field) => !sameValue(object[field], old[field]))
    .map((field) => forbidden(field, SEALED))
  return object.immutable === true ? errors : [forbidden('immutable', SEALED), ...errors]
}

const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

/** Secrets of a known type have the keys of that type. */
function validateContent(secret: Secret, data: Record<string, string>): FieldError[] {
  const type = secret.type ?? ''
  const account = 'kubernetes.io/service-account.name'
  if (type === 'kubernetes.io/service-account-token')
    return secret.metadata.annotations?.[account] ? [] : [required(`metadata.annotations[${account}]`)]
  if (type === 'kubernetes.io/basic-auth')
    return 'username' in data || 'password' in data ? [] : [required('data[username]'), required('data[password]')]
  const keys = Object.hasOwn(REQUIRED_KEYS, type) ? (REQUIRED_KEYS[type] ?? []) : []
  return keys.flatMap((key) => {
    const text = Object.hasOwn(data, key) ? data[key] : undefined
    // A key for SSH says something, too.
    if (text === undefined || (text === '' && key === 'ssh-privatekey')) return [required(`data[${key}]`)]
    const problem = key.startsWith('.docker') ? jsonObjectProblem(Buffer.from(text, 'base64').toString()) : undefined
    return problem === undefined ? [] : [invalidValue(`data[${key}]`, '<secret contents redacted>', problem)]
  })
}

/** As Go says it. Nothing (`null`) is an object without fields. */
function jsonObjectProblem(text: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return jsonSyntaxProblem(text)
  }
  if (typeof value === 'object' && !Array.isArray(value)) return undefined
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`
}

/** A certificate and its key are let pass as they are. Source: Go's crypto/tls (X509KeyPair), as Kubernetes asks it. */
function keyPairWarnings({ type, data = {} }: Secret): string[] {
  if (type !== 'kubernetes.io/tls') return []
  const [certificate, key] = ['tls.crt', 'tls.key'].map((name) => Buffer.from(data[name] ?? '', 'base64').toString())
  for (const [text, what] of [
    [certificate, 'certificate'],
    [key, 'key'],
  ])
    if (!text?.includes('-----BEGIN ')) return [`tls: failed to find any PEM data in ${what} input`]
  return []
}
