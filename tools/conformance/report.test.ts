import { expect, test } from 'vitest'
import { parseReport } from './report.ts'

const spec = (name: string, more: object) => ({
  ContainerHierarchyTexts: ['[sig-auth] Thing'],
  LeafNodeText: name,
  LeafNodeType: 'It',
  State: 'passed',
  RunTime: 1_500_000_000,
  ...more,
})

test('outcomes of the tests asked for, with reasons; what the suite left out is not among them', () => {
  const json = JSON.stringify([
    {
      SpecReports: [
        spec('works [Conformance]', {}),
        spec('breaks [Conformance]', { State: 'failed', Failure: { Message: 'Unexpected error:\nno such thing' } }),
        spec('panics [Conformance]', {
          State: 'panicked',
          Failure: { Message: 'Test Panicked', ForwardedPanic: 'nil map' },
        }),
        spec('was not focused on [Conformance]', { State: 'skipped' }),
        spec('skips itself [Conformance]', { State: 'skipped', Failure: { Message: 'needs two nodes' } }),
        spec('is another test', {}),
        { LeafNodeType: 'SynchronizedBeforeSuite', State: 'passed', LeafNodeText: '', ContainerHierarchyTexts: null },
      ],
    },
  ])
  const asked = ['works', 'breaks', 'panics', 'was not focused on', 'skips itself']
  const tests = new Set(asked.map((name) => `[sig-auth] Thing ${name} [Conformance]`))
  expect(parseReport(json, tests)).toEqual([
    { test: '[sig-auth] Thing works [Conformance]', outcome: 'passed', seconds: 1.5 },
    { test: '[sig-auth] Thing breaks [Conformance]', outcome: 'no such thing', seconds: 1.5 },
    { test: '[sig-auth] Thing panics [Conformance]', outcome: 'panicked: nil map', seconds: 1.5 },
    { test: '[sig-auth] Thing skips itself [Conformance]', outcome: 'skipped: needs two nodes', seconds: 1.5 },
  ])
})
