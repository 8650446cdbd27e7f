import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, 'public')
const pages = readdirSync(root, { recursive: true }).filter((path) => path.endsWith('.html'))

/** As the server looks for it: /page is page.html, a folder its index.html. */
const isThere = (path) =>
  [path, `${path}.html`, join(path, 'index.html')].some((file) => existsSync(file) && statSync(file).isFile())

for (const page of pages) {
  const html = readFileSync(join(root, page), 'utf8')

  test(`${page} has a title and a language`, () => {
    assert.match(html, /<title>[^<]+<\/title>/)
    assert.match(html, /<html lang="[a-z-]+">/)
  })

  test(`what ${page} refers to is there`, () => {
    for (const [, target] of html.matchAll(/\s(?:href|src)="([^"#?:]+)[^":]*"/g))
      assert.ok(isThere(join(root, target.startsWith('/') ? '' : join(page, '..'), target)), target)
  })
}
