import { describe, expect, it } from 'vitest'
import { mavenSettings } from './maven-settings.ts'
import { elementsAt, readXml } from './read-xml.ts'
import { buildSettings, shownAddress, upstreamsOf } from './upstreams.ts'

const CENTRAL = 'https://central.example/m2'
/** Which every pom inherits. */
const central = { id: 'central', url: CENTRAL }
const mirror = (mirrorOf: string, url: string, more = '') =>
  `<mirrors><mirror><id>m</id><mirrorOf>${mirrorOf}</mirrorOf><url>${url}</url>${more}</mirror></mirrors>`
const at = (settings: string, declared: { id: string; url: string }[] = [], env = {}) =>
  upstreamsOf(mavenSettings([`<settings>${settings}</settings>`], env), [...declared, central]).map(
    ({ mirrorOf, url }) => [mirrorOf, url],
  )

describe('where artifacts come from', () => {
  const a = { id: 'a', url: 'https://a.example/m2/' }

  it.each<[string, string, { id: string; url: string }[], string[][]]>([
    ['without settings', '', [], [['central', CENTRAL]]],
    [
      'a repository of the project',
      '',
      [a],
      [
        ['a', 'https://a.example/m2'],
        ['central', CENTRAL],
      ],
    ],
    [
      'a mirror of one',
      mirror('central', 'https://m.example/'),
      [a],
      [
        ['a', 'https://a.example/m2'],
        ['central', 'https://m.example'],
      ],
    ],
    [
      'a mirror of all, those that turn up later included',
      mirror('*', 'https://m.example'),
      [a],
      [
        ['a', 'https://m.example'],
        ['central', 'https://m.example'],
        ['*', 'https://m.example'],
      ],
    ],
    [
      'a mirror of all but one',
      mirror('*,!a', 'https://m.example'),
      [a],
      [
        ['a', 'https://a.example/m2'],
        ['central', 'https://m.example'],
        ['*,!a', 'https://m.example'],
      ],
    ],
    [
      'a repository that is not on this machine, and has no encryption',
      '',
      [
        { id: 'l', url: 'http://localhost:1@far.example/m2' },
        { id: 'm', url: 'http://far.example/m2' },
      ],
      [['central', CENTRAL]],
    ],
    [
      'a mirror of what is not on this machine',
      mirror('external:*', 'https://m.example'),
      [{ id: 'l', url: 'http://localhost:8081/m2' }],
      [
        ['l', 'http://localhost:8081/m2'],
        ['central', 'https://m.example'],
        ['external:*', 'https://m.example'],
      ],
    ],
    [
      'a repository without encryption, which Maven refuses',
      mirror('external:http:*', 'http://0.0.0.0/', '<blocked>true</blocked>'),
      [{ id: 'h', url: 'http://h.example/m2' }],
      [['central', CENTRAL]],
    ],
    [
      'a repository of an active profile',
      `<profiles><profile><id>p</id><repositories><repository><id>central</id><url>https://c.example</url></repository></repositories></profile><profile><id>q</id><repositories><repository><id>q</id><url>https://q.example</url></repository></repositories></profile></profiles><activeProfiles><activeProfile>p</activeProfile></activeProfiles>`,
      [],
      [['central', 'https://c.example']],
    ],
  ])('%s', (_name, settings, declared, expected) => {
    expect(at(settings, declared)).toEqual(expected)
  })

  it('has the headers of the mirror`s or the repository`s server, with variables of the environment', () => {
    const settings = `<settings>${mirror('central', 'https://m.example')}<servers>
      <server><id>m</id><username>u</username><password>\${env.TOKEN}</password></server>
      <server><id>a</id><configuration><httpHeaders><property><name>Private-Token</name><value>t</value></property></httpHeaders></configuration></server>
    </servers></settings>`
    const upstreams = upstreamsOf(mavenSettings([settings], { TOKEN: 's&t' }), [a, central])
    expect(upstreams.map(({ headers }) => headers)).toEqual([
      { 'private-token': 't' },
      { authorization: `Basic ${Buffer.from('u:s&t').toString('base64')}` },
    ])
  })

  it('the user`s settings count before the machine`s', () => {
    const [user, machine] = ['https://u.example', 'https://machine.example'].map(
      (url) => `<settings>${mirror('*', url)}</settings>`,
    )
    expect(upstreamsOf(mavenSettings([user ?? '', machine ?? ''], {}), [central])[0]?.url).toBe('https://u.example')
    expect(upstreamsOf(mavenSettings(['<settings', machine ?? ''], {}), [central])[0]?.url).toBe(
      'https://machine.example',
    )
  })
})

it('a proxy is named as the environment names it', () => {
  const settings = `<settings><proxies><proxy><active>false</active><host>no</host></proxy><proxy><host>p.example</host><port>3128</port><username>u</username><password>a@b</password><nonProxyHosts>*.local|x</nonProxyHosts></proxy></proxies></settings>`
  const url = 'http://u:a%40b@p.example:3128'
  const no_proxy = 'localhost,127.0.0.1,.local,x'
  expect(mavenSettings([settings], {}).proxies).toEqual({ http_proxy: url, https_proxy: url, no_proxy })
})

it('the settings of a build name addresses of ours and hold no secret', () => {
  const settings = `<settings>${mirror('*,!a', 'https://user:secret@m.example')}<servers><server><id>m</id><username>u</username><password>secret</password></server></servers></settings>`
  const upstreams = upstreamsOf(mavenSettings([settings], {}), [central])
  const urls = upstreams.map((_, index) => `http://127.0.0.1:1/x/${index}`)
  const text = buildSettings(upstreams, { urls, repositories: [{ id: 'a', url: 'https://a.example' }] })
  expect(text).not.toContain('secret')
  const mirrors = elementsAt(readXml(text), 'mirrors', 'mirror').map(({ children }) =>
    children.map((child) => child.text),
  )
  expect(mirrors).toEqual([
    ['central', 'central', 'http://127.0.0.1:1/x/0'],
    ['mirror-1', '*,!a', 'http://127.0.0.1:1/x/1'],
  ])
})

it.each([
  ['https://user:sec@ret@m.example/m2', 'https://m.example/m2'],
  ['https://m.example/a@b', 'https://m.example/a@b'],
])('%s is shown as %s', (url, shown) => expect(shownAddress({ mirrorOf: '*', url, headers: {} })).toBe(shown))
