import { describe, expect, it } from 'vitest'
import type { AppBinding } from '../../api/index.ts'
import { referencePatch, referencesOf, withoutReferences, withReference } from './references.ts'

const asIs = (bindings: AppBinding[]) => bindings
const host = { name: 'DB_HOST', key: 'host' }
const spec = { env: [{ name: 'CART', value: 'cart' }], bindings: [{ resource: 'db', prefix: 'A_', variables: [host] }] }

describe('variables whose values are elsewhere', () => {
  it('are told by where these are', () => {
    expect([...referencesOf(spec)]).toEqual([
      ['CART', undefined],
      ['DB_HOST', 'db.host'],
    ])
  })
  it('of a Resource are its binding’s, which is made if there is none', () => {
    const reference = { resource: 'cache', key: 'port' }
    const bound = (bindings: AppBinding[]) => [...bindings, { resource: 'cache' }]
    expect(withReference(spec, { name: 'CART', reference, bound })).toEqual({
      env: [],
      bindings: [...spec.bindings, { resource: 'cache', variables: [{ name: 'CART', key: 'port' }] }],
    })
  })
  it('take the place of one another', () => {
    const other = withReference(spec, { name: 'DB_HOST', reference: { resource: 'db', key: 'uri' }, bound: asIs })
    expect(other.bindings).toEqual([{ resource: 'db', prefix: 'A_', variables: [{ name: 'DB_HOST', key: 'uri' }] }])
    const ofApp = withReference(spec, { name: 'DB_HOST', reference: { app: 'cart', value: 'x' }, bound: asIs })
    expect(ofApp).toEqual({
      env: [...spec.env, { name: 'DB_HOST', value: 'x' }],
      bindings: [{ resource: 'db', prefix: 'A_' }],
    })
  })
  it('go, and the binding stays', () => {
    const left = withoutReferences(spec, new Set(['CART', 'DB_HOST']))
    expect(left).toEqual({ env: [], bindings: [{ resource: 'db', prefix: 'A_' }] })
    expect(referencePatch(spec, left)).toEqual({ env: null, bindings: [{ resource: 'db', prefix: 'A_' }] })
  })
  it('are not spoken of where nothing changes', () => {
    expect(referencePatch(spec, withoutReferences(spec, new Set(['OTHER'])))).toEqual({})
    expect(referencePatch({}, withoutReferences({}, new Set(['OTHER'])))).toEqual({})
  })
})
