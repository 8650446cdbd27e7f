import { describe, expect, it } from 'vitest'
import { chooseExtensions, USUAL } from './extensions.ts'

describe('the extensions of PHP', () => {
  it('come from the packages that have them, whole', () => {
    expect(chooseExtensions(['pdo_mysql', 'dom', 'GD'])).toMatchObject({
      packages: ['php-gd', 'php-mysql', 'php-xml'],
      loaded: expect.arrayContaining(['gd', 'mysqli', 'pdo_mysql', 'xmlreader']),
      unknown: [],
    })
  })
  it('need no package when PHP has them', () => {
    expect(chooseExtensions(['json', 'openssl', 'ctype', 'pdo', 'zend-opcache', 'calendar'])).toMatchObject({
      packages: [],
      unknown: [],
    })
  })
  it('are loaded after those that they need', () => {
    const { loaded } = chooseExtensions([...USUAL, 'redis', 'mysqli'])
    const isBefore = (first: string, second: string) => loaded.indexOf(first) < loaded.indexOf(second)
    for (const [first, second] of [
      ['mysqlnd', 'mysqli'],
      ['pdo', 'pdo_mysql'],
      ['pdo', 'pdo_pgsql'],
      ['xml', 'xmlreader'],
      ['igbinary', 'redis'],
    ] as const)
      expect([first, isBefore(first, second)]).toEqual([first, true])
  })
  it('that no package has are told', () => {
    expect(chooseExtensions(['swoole', 'curl', 'blackfire']).unknown).toEqual(['blackfire', 'swoole'])
  })
})
