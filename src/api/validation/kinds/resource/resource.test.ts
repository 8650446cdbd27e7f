import { describe, expect, test } from 'vitest'
import { deviceclasses, resourceclaims, resourceclaimtemplates, resourceslices } from '../../../generated/resources.ts'
import { problemsOf, withChanges } from '../../testing/problems.ts'
import { validateObject } from '../../validate-object.ts'

type Rows = [string, Record<string, unknown>, string[]][]

const bad = (what: string) => expect.stringContaining(what) as string
const claim = { spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'gpu' } }] } } }
const DEVICES = 'spec.devices'
const EXACTLY = `${DEVICES}.requests[0].exactly`

describe('claims', () => {
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'a request for nothing',
      { [`${DEVICES}.requests[0]`]: { name: 'a' } },
      [`${DEVICES}.requests[0]: Required value: exactly one of \`exactly\` or \`firstAvailable\` is required`],
    ],
    [
      'a request for both',
      { [`${DEVICES}.requests[0].firstAvailable`]: [{ name: 'x', deviceClassName: 'gpu' }] },
      [
        `${DEVICES}.requests[0]: Invalid value: null: exactly one of \`exactly\` or \`firstAvailable\` is required, but multiple fields are set`,
      ],
    ],
    [
      'alternatives of one name',
      {
        [`${DEVICES}.requests[0]`]: {
          name: 'a',
          firstAvailable: [
            { name: 'x', deviceClassName: 'gpu' },
            { name: 'x', deviceClassName: '' },
          ],
        },
      },
      [
        `${DEVICES}.requests[0].firstAvailable[1].deviceClassName: Required value`,
        `${DEVICES}.requests[0].firstAvailable[1].name: Duplicate value: "x"`,
      ],
    ],
    [
      'a number of all',
      { [`${EXACTLY}.allocationMode`]: 'All', [`${EXACTLY}.count`]: 2 },
      [`${EXACTLY}.count: Invalid value: 2: must not be specified when allocationMode is 'All'`],
    ],
    [
      'tolerations',
      { [`${EXACTLY}.tolerations`]: [{ operator: '' }, { operator: 'Exists', value: 'x', effect: 'Y' }] },
      [
        `${EXACTLY}.tolerations[0].operator: Required value`,
        `${EXACTLY}.tolerations[1].value: Invalid value: "x": must be empty for operator \`Exists\``,
        `${EXACTLY}.tolerations[1].effect: Unsupported value: "Y": supported values: "NoExecute", "NoSchedule"`,
      ],
    ],
    [
      'constraints',
      { [`${DEVICES}.constraints`]: [{ requests: ['b'], matchAttribute: 'model' }, {}, { distinctAttribute: 'a.b/' }] },
      [
        bad(`${DEVICES}.constraints[0].requests[0]: Invalid value: "b": must be the name of a request in the claim`),
        `${DEVICES}.constraints[0].matchAttribute: Invalid value: "model": must include a domain`,
        `${DEVICES}.constraints[1].matchAttribute: Required value`,
        `${DEVICES}.constraints[2].distinctAttribute: Required value: the name must not be empty`,
      ],
    ],
    [
      'configurations',
      { [`${DEVICES}.config`]: [{}, { opaque: { driver: 'd.io', parameters: [1] } }] },
      [
        `${DEVICES}.config[0].opaque: Required value`,
        `${DEVICES}.config[1].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object`,
      ],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resourceclaims, withChanges(claim, changes))).toEqual(expected)
  })

  const selectors: [string, string[]][] = [
    ['device.driver == "d.io" && device.attributes["d.io"].model == "x"', []],
    ['device.attributes["d.io"].isFast', []],
    ['cel.bind(own, device.attributes["d.io"], own.a && own.b)', []],
    ['device.capacity["d.io"].memory.compareTo(quantity("1Gi")) >= 0', []],
    ['1', ['Invalid value: "1": must evaluate to bool or the unknown type, not int']],
    ['dyn(true)', ['Invalid value: "dyn(true)": must evaluate to bool or the unknown type, not dyn']],
    ['device.size', [bad("compilation failed: ERROR: <input>:1:7: undefined field 'size'")]],
    [
      'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b + c == d))))',
      ['Forbidden: too complex, exceeds cost limit'],
    ],
  ]
  test.each(selectors)('the selector %s', (expression, expected) => {
    const changed = withChanges(claim, { [`${EXACTLY}.selectors`]: [{ cel: { expression } }] })
    const prefix = `${EXACTLY}.selectors[0].cel.expression: `
    expect(problemsOf(resourceclaims, changed).map((problem) => problem.slice(prefix.length))).toEqual(expected)
  })

  test('stay as they are made, as do templates', () => {
    const changed = withChanges(claim, { [`${EXACTLY}.count`]: 2 })
    expect(problemsOf(resourceclaims, changed, claim)).toEqual([
      'spec: Invalid value: {"Devices":{"Requests":[{"Name":"a","Exactly":{"DeviceClassName":"gpu","Selectors":null,"AllocationMode":"ExactCount","Count":2,"AdminAccess":null,"Tolerations":null,"Capacity":null},"FirstAvailable":null}],"Constraints":null,"Config":null}}: field is immutable',
    ])
    expect(problemsOf(resourceclaimtemplates, { spec: changed }, { spec: claim })).toEqual([
      bad('spec: Invalid value: {"Spec":{"Devices":{"Requests":'),
    ])
  })

  const result = { request: 'a', driver: 'd.io', pool: 'p', device: 'd0' }
  const allocation = { devices: { results: [result] } }
  const statuses: [string, object, object, string[]][] = [
    ['nothing', {}, {}, []],
    ['an allocation', {}, { allocation }, []],
    [
      'an allocation of what was not asked for',
      {},
      { allocation: { devices: { results: [{ ...result, request: 'b', device: 'D' }] } } },
      [
        bad('status.allocation.devices.results[0].request: Invalid value: "b": must be the name of a request'),
        bad('status.allocation.devices.results[0].device: Invalid value: "D": a lowercase RFC 1123 label'),
      ],
    ],
    [
      'another allocation',
      { allocation },
      { allocation: { devices: { results: [{ ...result, device: 'd1' }] } } },
      [bad('status.allocation: Invalid value: {"Devices":{"Results":[{"Request":"a","Driver":"d.io"')],
    ],
    [
      'a user of nothing',
      {},
      { reservedFor: [{ resource: 'pods', name: 'a', uid: 'u' }] },
      ['status.reservedFor: Forbidden: may not be specified when `allocated` is not set'],
    ],
    [
      'a device that is another’s',
      { allocation },
      { allocation, devices: [{ driver: 'd.io', pool: 'p', device: 'd1', networkData: { ips: ['10.0.0.1'] } }] },
      [
        'status.devices[0]: Invalid value: {"Driver":{},"Pool":{},"Device":{},"ShareID":{}}: must be an allocated device in the claim',
        'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
      ],
    ],
  ]
  test.each(statuses)('status: %s', (_what, before, status, expected) => {
    const stored = (own: object) => ({ metadata: { name: 'n', namespace: 'ns' }, ...claim, status: own }) as never
    const errors = validateObject(resourceclaims, stored(status), stored(before), { part: 'status' })
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(expected)
  })
})

test('classes have selectors and configurations', () => {
  const spec = {
    selectors: [{}, { cel: { expression: 'x' } }],
    config: [{ opaque: { driver: 'a_b', parameters: {} } }],
  }
  expect(problemsOf(deviceclasses, { spec })).toEqual([
    'spec.selectors[0].cel: Required value',
    bad('spec.selectors[1].cel.expression: Invalid value: "x": compilation failed: ERROR: <input>:1:1: undeclared'),
    bad('spec.config[0].opaque.driver: Invalid value: "a_b": a lowercase RFC 1123 subdomain'),
  ])
})

describe('slices', () => {
  const slice = {
    spec: {
      driver: 'd.io',
      pool: { name: 'p', generation: 0, resourceSliceCount: 1 },
      nodeName: 'n',
      devices: [{ name: 'd0', attributes: { model: { string: 'x' } } }],
    },
  }
  const NODE_FIELDS = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'the pool',
      { 'spec.pool': {} },
      ['spec.pool.name: Required value', 'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero'],
    ],
    ['no place', { 'spec.nodeName': undefined }, [`spec: Required value: ${NODE_FIELDS}`]],
    [
      'two places',
      { 'spec.allNodes': true },
      [`spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${NODE_FIELDS}, but multiple fields are set`],
    ],
    [
      'a device twice',
      { 'spec.devices': [{ name: 'a' }, { name: 'a' }] },
      ['spec.devices[1].name: Duplicate value: "a"'],
    ],
    [
      'attributes',
      {
        'spec.devices[0].attributes': { 'a-b': { int: 1 }, none: {}, two: { int: 1, bool: true }, v: { version: '1' } },
      },
      [
        bad('spec.devices[0].attributes[a-b]: Invalid value: "a-b": a valid C identifier must start with'),
        'spec.devices[0].attributes[none]: Required value: exactly one value must be specified',
        'spec.devices[0].attributes[two]: Invalid value: {"IntValue":1,"BoolValue":true,"StringValue":null,"VersionValue":null}: exactly one value must be specified',
        'spec.devices[0].attributes[v].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      ],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resourceslices, withChanges(slice, changes))).toEqual(expected)
  })

  test('stay with their driver, pool and node', () => {
    const changed = withChanges(slice, { 'spec.driver': 'e.io', 'spec.pool.name': 'q', 'spec.nodeName': 'm' })
    expect(problemsOf(resourceslices, changed, slice)).toEqual([
      'spec.pool.name: Invalid value: "q": field is immutable',
      'spec.driver: Invalid value: "e.io": field is immutable',
      'spec.nodeName: Invalid value: "m": field is immutable',
    ])
  })
})
