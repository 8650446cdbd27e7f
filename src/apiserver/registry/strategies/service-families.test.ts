import { expect, test } from 'vitest'
import { isApiError, type k8s } from '../../../api/index.ts'
import { setFamilies } from './service-families.ts'

type Spec = k8s.ServiceSpec

function familiesOf(spec: Spec, before?: Spec): unknown {
  const service: k8s.Service = { metadata: { name: 's' }, spec: structuredClone(spec) }
  try {
    setFamilies(service, before)
  } catch (error) {
    if (!isApiError(error, 'Invalid')) throw error
    return error.message
  }
  return [service.spec?.ipFamilyPolicy, service.spec?.ipFamilies]
}

const NONE = { clusterIP: 'None', clusterIPs: ['None'] }
const ONE = { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] }

test.each<[Spec, unknown]>([
  [{}, ['SingleStack', ['IPv4']]],
  [{ type: 'ExternalName' }, [undefined, undefined]],
  [{ ipFamilyPolicy: 'PreferDualStack' }, ['PreferDualStack', ['IPv4']]],
  [NONE, ['RequireDualStack', ['IPv4', 'IPv6']]],
  [{ ...NONE, selector: { a: 'b' } }, ['SingleStack', ['IPv4']]],
  [{ ...NONE, ipFamilies: ['IPv6'] }, ['RequireDualStack', ['IPv6', 'IPv4']]],
  [{ ...NONE, ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' }, ['SingleStack', ['IPv6']]],
  [
    { ipFamilyPolicy: 'RequireDualStack' },
    'Service "s" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ],
  [
    { ipFamilies: ['IPv6'] },
    'Service "s" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  ],
  [
    { ipFamilies: ['IPv4', 'IPv6'] },
    'Service "s" is invalid: spec.ipFamilyPolicy: Invalid value: "SingleStack": must be \'RequireDualStack\' or \'PreferDualStack\' when multiple IP families are specified',
  ],
  [
    { clusterIP: '2001:db8::1', clusterIPs: ['2001:db8::1'] },
    'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: ["2001:db8::1"]: IPv6 is not configured on this cluster',
  ],
])('a new service with %j gets %j', (spec, expected) => {
  expect(familiesOf(spec)).toEqual(expected)
})

test('an update keeps the policy, and gives the second family back only when asked to', () => {
  const dual = { ...NONE, ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] }
  expect(familiesOf({ ...NONE, ipFamilies: ['IPv4'] }, dual)).toBe(
    'Service "s" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be \'SingleStack\' to release the secondary IP family',
  )
  expect(familiesOf({ ...dual, ipFamilyPolicy: 'SingleStack' }, dual)).toEqual(['SingleStack', ['IPv4']])
  expect(familiesOf(ONE, { ...ONE, ipFamilyPolicy: 'PreferDualStack' })).toEqual(['PreferDualStack', ['IPv4']])
})
