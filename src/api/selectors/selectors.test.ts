import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { jobs, pods, replicasets, services } from '../generated/resources.ts'
import type { KubeObject } from '../object.ts'
import { labelSelectorMatches, matchesFields, matchesLabels, parseFieldSelector, parseLabelSelector } from './index.ts'

const LABELS = { app: 'web', tier: 'front', empty: '', size: '10' }

describe('label selectors', () => {
  test.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app=db', false],
    ['app', true],
    ['!app', false],
    ['!absent', true],
    ['absent!=x', true],
    ['app in (db, web)', true],
    ['app notin (db, web)', false],
    ['absent notin (db)', true],
    ['empty=', true],
    ['empty in (,x)', true],
    ['size>9', true],
    ['size<9', false],
    ['app>1', false],
    ['example.com/role', false],
    ['toString', false],
  ])('%s matches: %s', (text, matches) => {
    expect(matchesLabels(parseLabelSelector(text), LABELS)).toBe(matches)
  })

  test.each([
    ['a,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a===b', "unable to parse requirement: found '=', expected: identifier"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message)
  })

  it('says which value is no label value', () => {
    expect(() => parseLabelSelector('a=b_-')).toThrow(
      /unable to parse requirement: values\[0\]\[a\]: Invalid value: "b_-"/,
    )
  })

  it('parses what it is made of, for any label', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/)
    fc.assert(
      fc.property(word, word, (key, value) => {
        fc.pre(!['in', 'notin'].includes(key))
        const requirements = parseLabelSelector(`${key}=${value},${key} in (${value},other),${key}`)
        expect(matchesLabels(requirements, { [key]: value })).toBe(true)
        expect(matchesLabels(parseLabelSelector(`!${key}`), { [key]: value })).toBe(false)
      }),
    )
  })

  it('either parses or is refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseLabelSelector(text)
        } catch (error) {
          expect((error as Error).name).toBe('ApiError')
        }
      }),
    )
  })
})

describe('LabelSelector objects', () => {
  test.each([
    [undefined, false],
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'web', tier: 'back' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'Nonsense' }] }, false],
  ])('%j matches: %s', (selector, matches) => {
    expect(labelSelectorMatches(selector, LABELS)).toBe(matches)
  })
})

describe('field selectors', () => {
  const pod = {
    metadata: { name: 'a', namespace: 'default' },
    spec: { nodeName: 'n1' },
    status: { phase: 'Running', podIP: '10.1.1.1' },
  } as KubeObject

  test.each([
    ['metadata.name=a', true],
    ['metadata.name==a,status.phase!=Failed', true],
    ['spec.nodeName=', false],
    ['spec.hostNetwork=false', true],
    ['status.podIP=10.1.1.1', true],
    ['spec.nodeName!=n1', false],
    ['metadata.name=a\\,b', false],
  ])('%s matches the pod: %s', (text, matches) => {
    expect(matchesFields(pods, parseFieldSelector(text), pod)).toBe(matches)
  })

  test.each([
    [pods, 'spec.foo=1', 'field label not supported: spec.foo'],
    [replicasets, 'spec.foo=1', '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    [services, 'constructor=1', 'field label not supported: constructor'],
  ])('%s cannot be selected by %s', (resource, text, message) => {
    expect(() => matchesFields(resource, parseFieldSelector(text), pod)).toThrow(message)
  })

  it('refuses what has no operator', () => {
    expect(() => parseFieldSelector('metadata.name')).toThrow(
      "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
    )
  })

  it('selects jobs by how many pods succeeded', () => {
    const job = { metadata: { name: 'j' } } as KubeObject
    expect(matchesFields(jobs, parseFieldSelector('status.successful=0'), job)).toBe(true)
  })
})
