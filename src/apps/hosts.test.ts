import { describe, expect, it } from 'vitest'
import type { App } from '../api/index.ts'
import { askedHosts, claimHosts, wishedHosts } from './hosts.ts'
import { appOf } from './testing.ts'

describe('hosts', () => {
  it.each([
    { app: appOf(), hosts: ['hello.localhost'] },
    { app: appOf({}, { namespace: 'shop' }), hosts: ['hello.shop.localhost'] },
    { app: appOf({ hosts: ['A.example', 'a.example', 'b.example'] }), hosts: ['a.example', 'b.example'] },
    { app: appOf({ hosts: [] }), hosts: ['hello.localhost'] },
  ])('$hosts', ({ app, hosts }) => expect(wishedHosts(app)).toEqual(hosts))

  const created = (day: number) => `2026-01-0${day}T00:00:00Z`
  const elder = appOf({ hosts: ['a.example'] }, { name: 'elder', creationTimestamp: created(1) })
  const younger = appOf({ hosts: ['a.example', 'b.example'] }, { name: 'younger', creationTimestamp: created(2) })
  /** `holder` has all the hosts that it asks for. */
  const among = (apps: App[], holder?: App) => ({
    of: (host: string) => apps.filter((app) => askedHosts(app).includes(host)),
    has: (app: App) => app === holder,
  })

  it('belong to whoever has asked for them longest', () => {
    expect(claimHosts(elder, among([younger, elder]))).toEqual({ granted: ['a.example'], tags: [], refused: [] })
    expect(claimHosts(younger, among([younger, elder]))).toEqual({
      granted: ['b.example'],
      tags: [],
      refused: [{ host: 'a.example', owner: 'default/elder', isTag: false }],
    })
  })

  it('are not taken from who has them, by however old an app', () => {
    expect(claimHosts(younger, among([younger, elder], younger)).granted).toEqual(['a.example', 'b.example'])
    expect(claimHosts(elder, among([younger, elder], younger)).granted).toEqual([])
  })

  it("are of tags, too, of those that answer and those that shall, unless they are the app's in any case", () => {
    const app: App = {
      ...appOf({ hosts: ['a.example', 'next-a.example'], traffic: [{ percent: 100, tag: 'next' }] }),
      status: { traffic: [{ release: 'hello-v1', number: 1, percent: 100, tag: 'former' }] },
    }
    expect(claimHosts(app, among([app]))).toEqual({
      granted: ['a.example', 'next-a.example'],
      tags: ['next-next-a.example', 'former-a.example', 'former-next-a.example'],
      refused: [],
    })
  })

  it('belong to the namespace that is in their name, who else has them; and others do not tell who that is', () => {
    const shop = appOf({}, { name: 'shop', namespace: 'team', creationTimestamp: created(3) })
    const squatter = appOf({ hosts: ['shop.team.localhost'] }, { name: 'squatter', creationTimestamp: created(1) })
    expect(claimHosts(shop, among([squatter, shop], squatter)).granted).toEqual(['shop.team.localhost'])
    expect(claimHosts(squatter, among([squatter, shop], squatter)).refused).toEqual([
      { host: 'shop.team.localhost', owner: undefined, isTag: false },
    ])
  })
})
