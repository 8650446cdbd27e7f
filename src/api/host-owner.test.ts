import { expect, it } from 'vitest'
import { hostOwners, hostsOverlap, namespaceOfHost } from './host-owner.ts'

it.each([
  ['shop.localhost', 'default'],
  ['shop.team.localhost', 'team'],
  ['next-Shop.Team.localhost', 'team'],
  ['api.shop.team.localhost', 'team'],
  ['*.team.localhost', 'team'],
  ['localhost', undefined],
  ['shop.example.com', undefined],
  ['*', undefined],
])('the host %s is by its name of %s', (host, namespace) => expect(namespaceOfHost(host)).toBe(namespace))

it.each([
  { what: 'the first to ask', claims: ['a.example a', 'a.example b', 'a.example a'], owner: 'a' },
  { what: 'whose name is in it, though late', claims: ['a.b.localhost a', 'a.b.localhost b'], owner: 'b' },
  { what: 'whose name is in it, though others follow', claims: ['a.b.localhost b', 'a.b.localhost a'], owner: 'b' },
])('a host that several ask for is of $what', ({ claims, owner }) => {
  const asked = claims.map((claim) => claim.split(' ')).map(([host = '', namespace = '']) => ({ host, namespace }))
  expect([...hostOwners(asked).values()]).toEqual([owner])
})

it.each([
  ['a.example', 'a.example', true],
  ['a.example', 'b.example', false],
  ['a.example', '*.example', true],
  ['b.a.example', '*.example', true],
  ['*.a.example', '*.example', true],
  ['example', '*.example', false],
  ['an.example', '*.n.example', false],
  ['*.a.example', '*.b.example', false],
])('whether %s and %s can mean the same name: %s', (one, other, overlap) => {
  expect([hostsOverlap(one, other), hostsOverlap(other, one)]).toEqual([overlap, overlap])
})
