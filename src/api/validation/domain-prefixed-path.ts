/** Names of controllers: a domain, a slash and a path, such as `acme.io/foo`.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/validation (IsDomainPrefixedPath). */
import { dnsSubdomainProblems } from '../formats/index.ts'
import { type FieldError, invalidFormat, invalidValue, required } from './field-error.ts'

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const PATH_REGEX = new RegExp(`^${PATH}$`)

export function validateDomainPrefixedPath(text: string, field: string): FieldError[] {
  if (text === '') return [required(field)]
  const slash = text.indexOf('/')
  const [host, path] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)]
  if (host === '' || path === '')
    return [invalidValue(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const errors = invalidFormat(field, host, dnsSubdomainProblems(host))
  if (!PATH_REGEX.test(path))
    errors.push(invalidValue(field, path, `Invalid path (regex used for validation is '${PATH}')`))
  return errors
}
