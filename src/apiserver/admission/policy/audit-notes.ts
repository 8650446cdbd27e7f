/** What policies note in the audit event of a request. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/policy/validating/dispatcher.go. */
import type { Binding } from './policies.ts'

const MAX_VALUE_BYTES = 10 * 1024
export const FAILURE_KEY = 'validation.policy.admission.k8s.io/validation_failure'

export function failureNote({ name, spec }: Binding, { index, message }: { index: number; message: string }): string {
  const { policyName, validationActions } = spec
  return JSON.stringify([{ message, policy: policyName, binding: name, expressionIndex: index, validationActions }])
}

/** The annotations of one policy: bindings and parameters may each give another value. */
export class AuditNotes {
  readonly #values = new Map<string, Set<string>>()

  add({ key, value }: { key: string; value: string }): void {
    const values = this.#values.get(key) ?? new Set()
    this.#values.set(key, values.add(cut(value)))
  }

  publish(policy: string, annotate: (key: string, value: string) => void): void {
    for (const [key, values] of this.#values) annotate(`${policy}/${key}`, [...values].join(', '))
  }
}

function cut(value: string): string {
  const bytes = Buffer.from(value)
  if (bytes.length <= MAX_VALUE_BYTES) return value
  // Not in the midst of a character.
  let end = MAX_VALUE_BYTES
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}
