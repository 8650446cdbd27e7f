import { expect, test } from 'vitest'
import { compareVersions } from './version-priority.ts'

test('versions are preferred as Kubernetes prefers them', () => {
  const preferred = ['v10', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10']
  expect([...preferred].sort().sort(compareVersions)).toEqual(preferred)
  expect([...preferred].reverse().sort(compareVersions)).toEqual(preferred)
})
