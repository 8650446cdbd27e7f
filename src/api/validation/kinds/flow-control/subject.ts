/** Whose requests a flow schema is about. Source: kubernetes v1.34, pkg/apis/flowcontrol/validation. */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../../formats/index.ts'
import type { Subject } from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, notSupported, required } from '../../field-error.ts'

const KINDS = ['Group', 'ServiceAccount', 'User'] as const
const FIELDS = { User: 'user', Group: 'group', ServiceAccount: 'serviceAccount' } as const
/** In the order in which those that are too many are named. */
const OTHERS = {
  ServiceAccount: ['User', 'Group'],
  User: ['ServiceAccount', 'Group'],
  Group: ['ServiceAccount', 'User'],
} as const

export function validateSubject(subject: Subject, at: string): FieldError[] {
  const kind = KINDS.find((one) => one === subject.kind)
  if (kind === undefined) return [notSupported(`${at}.kind`, subject.kind ?? '', KINDS)]
  const errors = validateNamed(subject, kind, `${at}.${FIELDS[kind]}`)
  for (const other of OTHERS[kind]) {
    const field = FIELDS[other]
    const why = `${field} is forbidden when subject kind is not '${other}'`
    if (subject[field] !== undefined) errors.push(forbidden(`${at}.${field}`, why))
  }
  return errors
}

function validateNamed(subject: Subject, kind: (typeof KINDS)[number], at: string): FieldError[] {
  const named = subject[FIELDS[kind]]
  if (named === undefined) return [required(at, `${FIELDS[kind]} is required when subject kind is '${kind}'`)]
  const errors = named.name ? [] : [required(`${at}.name`)]
  if (kind !== 'ServiceAccount') return errors
  const { name, namespace } = subject.serviceAccount ?? {}
  if (name && name !== '*') errors.push(...invalidFormat(`${at}.name`, name, dnsSubdomainProblems(name)))
  if (!namespace) return [...errors, required(`${at}.namespace`, 'must specify namespace for service account')]
  return [...errors, ...invalidFormat(`${at}.namespace`, namespace, dnsLabelProblems(namespace))]
}
