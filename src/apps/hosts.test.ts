import { describe, expect, it } from 'vitest'
import { claimHosts, wishedHosts } from './hosts.ts'
import { appOf } from './testing.ts'

describe('hosts', () => {
  it.each([
    { app: appOf(), hosts: ['hello.localhost'] },
    { app: appOf({}, { namespace: 'shop' }), hosts: ['hello.shop.localhost'] },
    { app: appOf({ hosts: ['A.example', 'a.example', 'b.example'] }), hosts: ['a.example', 'b.example'] },
    { app: appOf({ hosts: [] }), hosts: ['hello.localhost'] },
  ])('$hosts', ({ app, hosts }) => expect(wishedHosts(app)).toEqual(hosts))

  it('belong to whoever has asked for them longest', () => {
    const elder = appOf({ hosts: ['a.example'] }, { name: 'elder', creationTimestamp: '2026-01-01T00:00:00Z' })
    const younger = appOf(
      { hosts: ['a.example', 'b.example'] },
      { name: 'younger', creationTimestamp: '2026-01-02T00:00:00Z' },
    )
    const claimants = (host: string) => [younger, elder].filter((app) => wishedHosts(app).includes(host))
    expect(claimHosts(elder, claimants)).toEqual({ granted: ['a.example'], refused: [] })
    expect(claimHosts(younger, claimants)).toEqual({
      granted: ['b.example'],
      refused: [{ host: 'a.example', owner: 'default/elder' }],
    })
  })
})
