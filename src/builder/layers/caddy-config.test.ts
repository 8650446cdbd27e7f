import { expect, it } from 'vitest'
import { caddyConfig } from './caddy-config.ts'

it('has no admin endpoint, writes nothing, listens on PORT, and lets nothing be cached by guesswork', () => {
  const config = JSON.parse(caddyConfig({ has404: false, isSinglePage: false }))
  expect(config.admin).toEqual({ disabled: true, config: { persist: false } })
  expect(config.apps.http.servers.site.listen).toEqual([':{env.PORT}'])
  expect(config.apps.http.servers.site.errors).toBeUndefined()
  expect(JSON.stringify(config)).toContain('must-revalidate')
})

it('answers unknown paths with 404.html or, for apps that route in the browser, with index.html', () => {
  expect(caddyConfig({ has404: true, isSinglePage: false })).toContain('/404.html')
  expect(caddyConfig({ has404: false, isSinglePage: true })).toContain('"/index.html"')
})
