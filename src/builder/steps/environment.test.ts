import { expect, it } from 'vitest'
import { npmCredentials, stepEnvironment } from './environment.ts'

const env = {
  AWS_SECRET_ACCESS_KEY: 's',
  HOME: '/root',
  PATH: '/x',
  https_proxy: 'http://proxy',
  npm_config_registry: 'r',
  'npm_config_//r/:_authToken': 't',
  npm_config_prefix: '/wrong',
  npm_package_name: 'naru',
}
const base = { env, path: '/shims', home: '/home/app', packageManager: 'npm' }

it('gives build commands the way to the network and nothing else of the user', () => {
  const trusted = stepEnvironment({ ...base, npmrc: '/npmrc', cache: '/cache' })
  expect(trusted).toMatchObject({
    https_proxy: 'http://proxy',
    npm_config_registry: 'r',
    npm_config_userconfig: '/npmrc',
    HOME: '/home/app',
  })
  expect(Object.keys(trusted)).not.toContain('AWS_SECRET_ACCESS_KEY')
  expect(Object.keys(trusted)).not.toContain('npm_config_prefix')
  expect(trusted.PATH?.split(':')[0]).toBe('/shims')
})

it('gives foreign code no npm configuration and no shared cache', () => {
  const untrusted = stepEnvironment({ ...base, npmrc: undefined, cache: undefined })
  expect(
    Object.entries(untrusted).filter(
      ([name, value]) => /auth|registry|userconfig/i.test(name) || value.includes('/cache'),
    ),
  ).toEqual([])
})

it('keeps tokens out of the environment, which a .npmrc of the app could send anywhere', () => {
  const trusted = stepEnvironment({ ...base, npmrc: '/npmrc', cache: '/cache' })
  expect(Object.values(trusted)).not.toContain('t')
  expect(npmCredentials(env)).toEqual(['//r/:_authToken="t"'])
})
