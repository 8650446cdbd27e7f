import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { isNeighbour } from './neighbour-listener.ts'

const ADDRESSES = [
  { address: '127.0.0.1', cidr: '127.0.0.1/8' },
  { address: '192.0.2.7', cidr: '192.0.2.7/24' },
  { address: '10.244.0.1', cidr: '10.244.0.1/24' },
  { address: 'fe80::1', cidr: 'fe80::1/64' },
]

it.each([
  ['10.244.0.9', '10.244.0.1', true],
  ['10.244.0.1', '10.244.0.1', true],
  ['192.0.2.7', '10.244.0.1', true],
  ['192.0.2.8', '10.244.0.1', false],
  ['10.244.1.9', '10.244.0.1', false],
  ['fe80::2', '10.244.0.1', false],
  ['fe80::2', 'fe80::1', true],
  ['10.9.9.9', '10.9.9.1', false],
  ['', '10.244.0.1', false],
])('a connection from %s to %s: welcome %s', (remote, local, welcome) => {
  expect(isNeighbour(remote, local, ADDRESSES)).toBe(welcome)
})

/** Has one file left, and on a line from outside all of them again. */
const LISTENING_WITH_ONE_FILE_LEFT = `
  const { closeSync, openSync } = await import('node:fs')
  const { listenForNeighbours } = await import(${JSON.stringify(import.meta.resolve('./neighbour-listener.ts'))})
  let port
  const onConnection = (socket) => socket.end('welcome')
  for (port = 20000; ; port++) try { await listenForNeighbours({ host: '127.0.0.1', port, onConnection }); break } catch {}
  const files = []
  process.stdin.once('data', () => { for (const file of files) closeSync(file); process.stdout.write('free') })
  try { for (;;) files.push(openSync('/dev/null')) } catch {}
  closeSync(files.pop())
  process.stdout.write(String(port))
`

it('a connection that comes when no file is left to ask with is refused, and ends nobody', async () => {
  const program = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    LISTENING_WITH_ONE_FILE_LEFT,
  ]
  const child = spawn('sh', ['-c', 'ulimit -n 64 && exec "$@"', 'sh', ...program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`it ended with exit code ${code}`)
  })
  const said = async () => String((await Promise.race([once(child.stdout, 'data'), ended]))[0])
  try {
    const port = Number(await said())
    const visit = () => Promise.race([text(connect(port, '127.0.0.1')), ended])
    expect(await visit()).toBe('')
    child.stdin.write('free')
    expect(await said()).toBe('free')
    expect(await visit()).toBe('welcome')
  } finally {
    ended.catch(() => {})
    child.kill()
  }
})
