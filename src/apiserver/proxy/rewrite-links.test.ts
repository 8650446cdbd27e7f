import { describe, expect, it } from 'vitest'
import { rewriteLink, rewritePage } from './rewrite-links.ts'

const place = { prefix: '/api/v1/namespaces/a/pods/web/proxy', hosts: ['10.244.0.7:80', 'api:6443'] }

describe('links behind a proxy', () => {
  it.each([
    ['/x', `${place.prefix}/x`],
    ['/x/?q=1#y', `${place.prefix}/x/?q=1#y`],
    ['x', 'x'],
    ['#top', '#top'],
    ['http://10.244.0.7:80/x', `${place.prefix}/x`],
    ['//api:6443/x', `${place.prefix}/x`],
    ['https://example.com/x', 'https://example.com/x'],
    [`${place.prefix}/x`, `${place.prefix}/x`],
    ['mailto:a@b', 'mailto:a@b'],
  ])('%s', (link, expected) => {
    expect(rewriteLink(link, place)).toBe(expected)
  })
  it('are found in elements alone', () => {
    const page = `<!-- <a href="/x"> --><A class=b HREF='/x'>/x</A><img src=/y><script src="/z">"<a href='/w'>"</script><p href="/x">1 < 2`
    const p = place.prefix
    expect(rewritePage(page, place)).toBe(
      `<!-- <a href="/x"> --><A class=b HREF='${p}/x'>/x</A><img src=${p}/y><script src="${p}/z">"<a href='/w'>"</script><p href="/x">1 < 2`,
    )
  })
})
