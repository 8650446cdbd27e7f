// What is answered, apart from how it travels, so that it can be tested without a network.
const text = { 'content-type': 'text/plain; charset=utf-8' }

export function answer({ method, url }) {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { ...text, allow: 'GET, HEAD' }, body: 'no\n' }
  const [path] = url.split('?', 1)
  if (path === '/healthz') return { status: 200, headers: text, body: 'ok\n' }
  if (path !== '/') return { status: 404, headers: text, body: 'there is no such page\n' }
  const name = new URLSearchParams(url.slice(path.length)).get('name') ?? 'world'
  return { status: 200, headers: text, body: `${process.env.GREETING ?? 'Hello'}, ${name}!\n` }
}
