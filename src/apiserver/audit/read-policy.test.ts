import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuditPolicyError, parseAuditPolicy, readAuditPolicy } from './read-policy.ts'

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n'
const problem = (text: string): string => {
  try {
    parseAuditPolicy(text, 'p.yaml')
  } catch (error) {
    expect(error).toBeInstanceOf(AuditPolicyError)
    return (error as Error).message
  }
  return 'none'
}

describe('an audit policy', () => {
  it('is read as it is written', () => {
    const text = `${HEAD}omitStages: [RequestReceived]
rules:
  - level: Request
    users: [jane]
    userGroups: [devs]
    verbs: [get]
    resources: [{ group: "", resources: [pods, "*/status"], resourceNames: [web] }]
    namespaces: [default, ""]
  - { level: None, nonResourceURLs: ["/healthz*", "*"], omitManagedFields: true }
`
    expect(parseAuditPolicy(text, 'p.yaml')).toMatchObject({
      omitStages: ['RequestReceived'],
      rules: [
        { level: 'Request', resources: [{ group: '', resources: ['pods', '*/status'], resourceNames: ['web'] }] },
        { level: 'None', omitManagedFields: true },
      ],
    })
  })

  it.each([
    ['', 'p.yaml:1: must be an object, not null'],
    ['a: [', /^p\.yaml:1: /],
    ['a: &a [*a, *a]\nb: *c', /^p\.yaml:1: Unresolved alias/],
    [
      'rules: []',
      /p\.yaml:1: apiVersion: is missing\np\.yaml:1: kind: is missing\np\.yaml:1: rules: needs at least one rule/,
    ],
    [`${HEAD}rules: []`, 'p.yaml:3: rules: needs at least one rule'],
    [
      `${HEAD}rules:\n  - level: All`,
      'p.yaml:4: rules[0].level: "All" is none of None, Metadata, Request, RequestResponse',
    ],
    [`${HEAD}rules:\n  - users: [a]`, 'p.yaml:4: rules[0].level: is missing'],
    [`${HEAD}rules:\n  - level: None\n    usres: [a]`, 'p.yaml:5: rules[0].usres: is no field of an audit policy'],
    [`${HEAD}rules:\n  - level: None\n    users: a`, 'p.yaml:5: rules[0].users: must be a list, not "a"'],
    [
      `${HEAD}rules:\n  - level: None\n    nonResourceURLs: [healthz]`,
      'p.yaml:5: rules[0].nonResourceURLs[0]: "healthz" must begin with a /',
    ],
    [
      `${HEAD}rules:\n  - level: None\n    nonResourceURLs: ["/a*b"]`,
      'p.yaml:5: rules[0].nonResourceURLs[0]: "/a*b" may have a * only at its end',
    ],
    [
      `${HEAD}rules:\n  - level: None\n    nonResourceURLs: ["/a"]\n    namespaces: [b]`,
      'p.yaml:5: rules[0].nonResourceURLs: a rule is about resources or about other URLs, not about both',
    ],
    [
      `${HEAD}rules:\n  - level: None\n    resources: [{ resourceNames: [a] }]`,
      'p.yaml:5: rules[0].resources[0].resourceNames: needs at least one of resources',
    ],
    [`${HEAD}omitStages: [Late]\nrules: [{ level: None }]`, /^p\.yaml:3: omitStages\[0\]: "Late" is none of/],
  ])('says of %j what is wrong and where', (text, message) => {
    if (typeof message === 'string') expect(problem(text)).toBe(message)
    else expect(problem(text)).toMatch(message)
  })

  it('that is not there is said so', async () => {
    await expect(readAuditPolicy('/nowhere/p.yaml')).rejects.toThrow('the audit policy /nowhere/p.yaml cannot be read')
  })
})

it('whatever is in the file, it is a policy or said not to be one', () => {
  const line = fc.constantFrom(
    'rules:',
    '  - level: None',
    '    users: [a]',
    HEAD,
    '- a',
    '{',
    '&a *a',
    '? x',
    '\t',
    'x: |',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(line).map((lines) => lines.join('\n')),
      ),
      (text) => {
        expect(typeof problem(text)).toBe('string')
      },
    ),
  )
})
