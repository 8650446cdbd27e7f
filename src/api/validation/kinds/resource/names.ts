/** Names of drivers, pools, attributes and requests. Source: kubernetes v1.34, pkg/apis/resource/validation. */
import { dnsSubdomainProblems } from '../../../formats/index.ts'
import { type FieldError, invalidFormat, invalidValue, required, tooLong } from '../../field-error.ts'

const MAX_DRIVER = 63
const MAX_POOL = 253
const MAX_ID = 32
const ID = '[A-Za-z_][A-Za-z0-9_]*'
const ID_REGEX = new RegExp(`^${ID}$`)
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function validateDriver(name: string, at: string): FieldError[] {
  const errors = name === '' ? [required(at)] : []
  if (Buffer.byteLength(name) > MAX_DRIVER) errors.push(tooLong(at, MAX_DRIVER))
  return [...errors, ...invalidFormat(at, name, dnsSubdomainProblems(name.toLowerCase()))]
}

export function validatePool(name: string, at: string): FieldError[] {
  if (name === '') return [required(at)]
  const errors = Buffer.byteLength(name) > MAX_POOL ? [tooLong(at, MAX_POOL)] : []
  return [...errors, ...name.split('/').flatMap((part) => invalidFormat(at, part, dnsSubdomainProblems(part)))]
}

function validateId(id: string, at: string): FieldError[] {
  const errors = Buffer.byteLength(id) > MAX_ID ? [tooLong(at, MAX_ID)] : []
  if (ID_REGEX.test(id)) return errors
  const why = `a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '${ID}')`
  return [...errors, invalidValue(at, id, why)]
}

/** An identifier, with or without a domain. */
export function validateAttributeName(name: string, at: string): FieldError[] {
  if (name === '') return [required(at, 'name required')]
  const [domain = '', id, ...more] = name.split('/')
  if (id === undefined) return validateId(domain, at)
  // What has more slashes than one goes unchecked.
  if (more.length > 0) return []
  return [
    ...(domain === '' ? [required(at, 'the domain must not be empty')] : validateDriver(domain, at)),
    ...(id === '' ? [required(at, 'the name must not be empty')] : validateId(id, at)),
  ]
}

export function validateFullName(name: string, at: string): FieldError[] {
  const errors = validateAttributeName(name, at)
  if (name !== '' && !name.includes('/')) errors.push(invalidValue(at, name, 'must include a domain'))
  return errors
}

export function validateUid(uid: string, at: string): FieldError[] {
  if (UUID.test(uid)) return []
  const why =
    'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters'
  return [invalidValue(at, uid, why)]
}
