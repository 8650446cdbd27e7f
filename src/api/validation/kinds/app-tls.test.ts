import { expect, test } from 'vitest'
import { apps } from '../../app-types.ts'
import { problemsOf } from '../testing/problems.ts'

const of = (tls: object) => problemsOf(apps, { metadata: { name: 'shop' }, spec: { image: 'shop:1', tls } })

test.each<[tls: object, problems: (string | RegExp)[]]>([
  [{ redirect: true, certificates: [{ hosts: ['shop.example.com', 'www.example.com'], secretName: 'shop' }] }, []],
  [
    { certificates: [{ hosts: ['-'], secretName: 'shop' }] },
    [/^spec.tls.certificates\[0\].hosts\[0\]: Invalid value: "-"/],
  ],
  [
    { certificates: [{ hosts: ['a'], secretName: 'My' }] },
    [/^spec.tls.certificates\[0\].secretName: Invalid value: "My"/],
  ],
  [
    {
      certificates: [
        { hosts: ['a'], secretName: 'x' },
        { hosts: ['A'], secretName: 'y' },
      ],
    },
    ['spec.tls.certificates[1].hosts[0]: Duplicate value: "A"'],
  ],
])('the certificates of an app %j', (tls, expected) => {
  const problems = of(tls)
  expect(problems).toHaveLength(expected.length)
  expected.forEach((each, index) => expect(problems[index]).toMatch(each))
})
