/** What a rule says when it does not hold. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/cel/validation.go (evalMessageExpression). */
import type { Variables } from '../plan/frame.ts'
import type { CompiledRule } from './compiled-rule.ts'

const MAX_MESSAGE_BYTES = 5 * 1024

export interface RuleMessage {
  text: string
  /** The rule's own reason does not count: the message is about the message. */
  plain: boolean
  /** What is left; negative: no more rules are to be asked. */
  budget: number
}

export function ruleMessage({ rule, message }: CompiledRule, variables: Variables, budget: number): RuleMessage {
  const fallback = rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`
  if (message?.program === undefined) return { text: fallback, plain: false, budget }
  const result = message.program.evaluate(variables)
  if (result.cost > budget) {
    const why = 'due to running out of cost budget, no further validation rules will be run'
    return { text: `messageExpression evaluation failed ${why}`, plain: true, budget: -1 }
  }
  const left = budget - result.cost
  if (!result.ok && result.reason === 'budget') {
    const why = 'no further validation rules will be run due to call cost exceeds limit for messageExpression'
    return { text: `${why}: ${JSON.stringify(rule.messageExpression)}`, plain: true, budget: -1 }
  }
  const text = result.ok && typeof result.value === 'string' ? result.value.trim() : ''
  const usable = text !== '' && Buffer.byteLength(text) <= MAX_MESSAGE_BYTES && !text.includes('\n')
  return { text: usable ? text : fallback, plain: false, budget: left }
}
