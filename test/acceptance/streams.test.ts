// Into running containers with the real kubectl: exec, cp, attach and port-forward, over WebSockets (kubectl's way) and
// over SPDY (that of older clients).
import { readFile, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustRun, runCommand, startCommand } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

let naru: Installation
let pod: string
beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
  await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
  pod = (await naru.kubectl('get', 'pods', '-o', 'name')).trim()
})
afterAll(async () => naru?.[Symbol.asyncDispose]())

describe.each([
  ['WebSockets', 'true'],
  ['SPDY', 'false'],
])('over %s', (_protocol, webSockets) => {
  const kubectl = (args: string[], input = '') =>
    runCommand('kubectl', ['--context', 'naru', ...args], {
      env: { ...naru.env, KUBECTL_REMOTE_COMMAND_WEBSOCKETS: webSockets, KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets },
      input,
      timeoutMs: 30_000,
    })

  it('a command gives its output, its errors and its exit code', async () => {
    const result = await kubectl(['exec', pod, '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])
    expect(result).toMatchObject({ code: 7, stdout: 'out\n' })
    expect(result.stderr).toContain('err\n')
  })

  it('a command reads its input to the end', async () => {
    const text = randomBytes(1_500_000).toString('hex')
    const result = await kubectl(['exec', '-i', pod, '--', 'cat'], text)
    expect(result.code).toBe(0)
    expect(result.stdout === text).toBe(true)
  })

  it('a command that is not there and a container that is not there are said', async () => {
    expect((await kubectl(['exec', pod, '--', 'no-such-command'])).stderr).toContain('executable file not found')
    expect((await kubectl(['exec', pod, '-c', 'none', '--', 'ls'])).stderr).toContain('container none is not valid')
  })

  it('who attaches gives a program its input and sees its output', async () => {
    const name = `reader-${webSockets}`
    const image = (await naru.kubectl('get', pod, '-o', 'jsonpath={.spec.containers[0].image}')).trim()
    const reader = {
      name: 'main',
      image,
      // Not at once: containerd hands the input on before it has taken hold of the output. Source: containerd v1.6,
      // pkg/cri/io/container_io.go (Attach).
      command: ['sh', '-c', 'read line; sleep 1; echo got $line'],
      stdin: true,
      stdinOnce: true,
    }
    await naru.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [reader] },
    })
    await naru.kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=30s')
    expect(await kubectl(['attach', '-i', name], 'one\n')).toMatchObject({ code: 0, stdout: 'got one\n' })
  })

  it('a terminal is one on the other side, too, and as large', async () => {
    const words = `kubectl --context naru exec -it ${pod} -- sh -c 'until [ "$(stty size)" = "45 123" ]; do sleep 0.1; done; tty'`
    const { stdout } = await runCommand('script', ['-qec', `stty rows 45 cols 123; ${words}`, '/dev/null'], {
      env: { ...naru.env, KUBECTL_REMOTE_COMMAND_WEBSOCKETS: webSockets },
      timeoutMs: 30_000,
    })
    expect(stdout).toMatch(/\/dev\/pts\/\d+/)
  })

  it('a port of the pod is reached', async () => {
    const port = webSockets === 'true' ? 18_081 : 18_082
    const env = { ...naru.env, KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets }
    const forward = startCommand('kubectl', ['--context', 'naru', 'port-forward', pod, `${port}:8080`], { env })
    try {
      await expect.poll(forward.output, { timeout: 10_000 }).toContain('Forwarding from')
      for (let time = 0; time < 3; time++)
        expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '10', `http://127.0.0.1:${port}/`])).toMatch(
          /hello/i,
        )
    } finally {
      forward.child.kill('SIGKILL')
      await forward.result
    }
  })
})

it('files are copied there and back', async () => {
  const [there, back] = [join(naru.root, 'there'), join(naru.root, 'back')]
  await writeFile(there, randomBytes(500_000))
  const name = pod.replace('pod/', '')
  await naru.kubectl('cp', there, `${name}:/tmp/copied`)
  await naru.kubectl('cp', `${name}:/tmp/copied`, back)
  expect((await readFile(back)).equals(await readFile(there))).toBe(true)
})

it('a container put in later sees the processes of the one it is for, and is not started again', async () => {
  const [image = '', target = ''] = (
    await naru.kubectl('get', pod, '-o', 'jsonpath={.spec.containers[0].image} {.spec.containers[0].name}')
  ).split(' ')
  const first = ['cat', '/proc/1/comm']
  await naru.kubectl('debug', pod, '--image', image, '--target', target, '--container', 'look', '--', ...first)
  const expected = await naru.kubectl('exec', pod, '--container', target, '--', ...first)
  await expect
    .poll(async () => (await naru.kubectlResult(['logs', pod, '--container', 'look'])).stdout, { timeout: 20_000 })
    .toBe(expected)
  const status = 'jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.reason}'
  await expect.poll(() => naru.kubectl('get', pod, '-o', status), { timeout: 10_000 }).toBe('Completed')
  expect(await naru.kubectl('get', pod, '-o', 'jsonpath={.status.phase}')).toBe('Running')
})

it('who may not is refused before anything is opened', async () => {
  const result = await naru.kubectlResult(['exec', pod, '--as', 'nobody', '--', 'ls'])
  expect(result.code).toBe(1)
  expect(result.stderr).toMatch(/Forbidden|cannot/)
})
