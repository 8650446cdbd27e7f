import { expect, test } from 'vitest'
import { programOf } from './program-name.ts'

test.each([
  ['system:node:vm', 'kubelet'],
  ['system:serviceaccount:kube-system:deployment-controller', 'kube-controller-manager'],
  ['system:kube-scheduler', 'kube-scheduler'],
  ['naru-apps', 'naru-apps'],
])('the writes of %s are recorded under %s', (name, program) => {
  expect(programOf({ name })).toBe(program)
})
