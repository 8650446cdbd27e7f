/** What every container runtime must do, as tests against the real thing. */
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../lib/index.ts'
import { parseLogLine } from '../logs/line.ts'
import { readLog } from '../logs/read.ts'
import type { ContainerConfig, ContainerRuntime, ContainerStatus, SandboxConfig } from './runtime.ts'
import { openTestRegistry, pushShellImage, TEST_CREDENTIALS, TEST_HOST, type TestRegistry } from './test-registry.ts'

export interface RuntimeUnderTest {
  /** Opens the runtime over the same state each time. */
  open(registry: { host: string; address: string }): Promise<ContainerRuntime>
  /** A directory for logs. */
  logsDir: string
  cgroupParent: string
}

/** Reads MODE and does as it says. */
const SCRIPT = `
case $MODE in
  deaf) trap '' TERM;;
  *) trap 'echo bye; exit 0' TERM;;
esac
echo "hello $GREETING $FROM_IMAGE"
echo "to stderr" >&2
case $MODE in
  exit) exit 7;;
  ok) exit 0;;
  long) i=0; while [ $i -lt 6000 ]; do printf 한글; i=$((i+1)); done; echo; exit 0;;
esac
while :; do sleep 0.05; done
`

const sandboxOf = (name: string, subject: RuntimeUnderTest): SandboxConfig => ({
  pod: { name, namespace: 'default', uid: `uid-${name}` },
  attempt: 0,
  hostname: name,
  logDirectory: join(subject.logsDir, name),
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
  shareProcessNamespace: false,
  containerPorts: [],
  portMappings: [],
  labels: { app: name },
  annotations: { note: 'kept' },
  cgroupParent: `${subject.cgroupParent}/${name}`,
  privileged: false,
  sysctls: {},
  runtimeHandler: '',
})

const containerOf = (image: { id: string; name: string }, mode: string, attempt = 0): ContainerConfig => ({
  name: 'main',
  attempt,
  image: image.id,
  imageName: image.name,
  command: [],
  args: [],
  workingDir: '',
  env: [
    { name: 'MODE', value: mode },
    { name: 'GREETING', value: 'world' },
  ],
  mounts: [],
  labels: { part: 'main' },
  annotations: { hash: 'abc' },
  logPath: `main/${attempt}.log`,
  tty: false,
  stdin: false,
  stdinOnce: false,
  resources: { cpuShares: 2, cpuQuotaMicros: 0, cpuPeriodMicros: 100_000, memoryLimitBytes: 0, oomScoreAdj: 1000 },
  security: {
    privileged: false,
    supplementalGroups: [],
    readOnlyRootFilesystem: false,
    noNewPrivileges: false,
    addCapabilities: [],
    dropCapabilities: [],
    seccomp: 'Unconfined',
    unmaskedProc: false,
  },
  ports: [],
})

export function describeContainerRuntime(name: string, subject: RuntimeUnderTest): void {
  describe(`${name}: a container runtime`, () => {
    let registry: TestRegistry
    let runtime: ContainerRuntime
    const image = { id: '', name: '' }

    beforeAll(async () => {
      registry = await openTestRegistry()
      image.name = await pushShellImage(registry, SCRIPT)
      runtime = await subject.open({ host: TEST_HOST, address: registry.address })
      image.id = await runtime.pullImage(image.name, { credentials: TEST_CREDENTIALS })
    }, 60_000)
    afterEach(async () => {
      for (const { id } of await runtime.listSandboxes()) await runtime.removeSandbox(id)
    })
    afterAll(async () => {
      await runtime.removeImage(image.id)
      await runtime[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
    })

    async function start(pod: string, mode: string) {
      const config = sandboxOf(pod, subject)
      const sandbox = await runtime.runSandbox(config)
      const id = await runtime.createContainer(sandbox, containerOf(image, mode), config)
      await runtime.startContainer(id)
      return { sandbox, id, config, logFile: join(config.logDirectory, 'main/0.log') }
    }
    const ended = (id: string): Promise<ContainerStatus> =>
      until(async () => {
        const status = await runtime.containerStatus(id)
        return status?.state === 'exited' ? status : undefined
      })
    const logged = (file: string, text: string) =>
      until(async () => {
        const content = await readFile(file, 'utf8').catch(() => '')
        return content.includes(text) ? content : undefined
      })

    it('says who it is and that it is ready', async () => {
      expect((await runtime.version()).version).toMatch(/^\d+\.\d+/)
      expect(await runtime.readiness()).toMatchObject({ ready: true, networkReady: true })
      // Of the machine's containerd, whichever it is: what it says is understood.
      expect(await runtime.mountsReadOnlyRecursively()).toBeTypeOf('boolean')
    })

    it('knows an image by name and by id, and not one it never pulled', async () => {
      expect((await runtime.imageStatus(image.name))?.repoDigests).toEqual([image.name])
      expect((await runtime.imageStatus(image.id))?.sizeBytes).toBeGreaterThan(0)
      expect(await runtime.imageStatus(`${TEST_HOST}/default/other:1`)).toBeUndefined()
    })

    it('refuses to pull what is not there, and without credentials', async () => {
      const missing = `${TEST_HOST}/default/none@sha256:${'0'.repeat(64)}`
      await expect(runtime.pullImage(missing, { credentials: TEST_CREDENTIALS })).rejects.toThrow(/not ?found|404/i)
      const secret = `${TEST_HOST}/default/secret@sha256:${'1'.repeat(64)}`
      await expect(runtime.pullImage(secret, {})).rejects.toThrow(/401|unauthorized|authorization/i)
    })

    it('gives each pod an address of its own', async () => {
      const [a, b] = await Promise.all([
        runtime.runSandbox(sandboxOf('a', subject)),
        runtime.runSandbox(sandboxOf('b', subject)),
      ])
      const [[first], [second]] = await Promise.all([runtime.sandboxIPs(a), runtime.sandboxIPs(b)])
      expect(first).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
      expect(second).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
      expect(first).not.toBe(second)
    })

    it('runs the command of the image with the environment of image and container', async () => {
      const { id, logFile } = await start('run', 'serve')
      const log = await logged(logFile, 'to stderr')
      const lines = log.trimEnd().split('\n').map(parseLogLine)
      expect(lines.find((line) => line?.stream === 'stdout')?.content).toBe('hello world yes')
      expect(lines.find((line) => line?.stream === 'stderr')?.content).toBe('to stderr')
      expect(await runtime.containerStatus(id)).toMatchObject({
        state: 'running',
        name: 'main',
        attempt: 0,
        exitCode: 0,
      })
    })

    it('logs lines of any length, and they read as they were written', async () => {
      const { id, logFile } = await start('long', 'long')
      await ended(id)
      await logged(logFile, ' F ')
      const log: Buffer[] = []
      for await (const part of readLog({
        path: logFile,
        follow: true,
        timestamps: false,
        stream: 'stdout',
        running: async () => false,
        clock: systemClock,
        signal: AbortSignal.timeout(10_000),
      }))
        log.push(part)
      expect(Buffer.concat(log).toString().split('\n')).toEqual(['hello world yes', '한글'.repeat(6000), ''])
    })

    it('tells exit code and reason of a container that ended', async () => {
      const failed = await ended((await start('failed', 'exit')).id)
      expect(failed).toMatchObject({ exitCode: 7, reason: 'Error' })
      expect(failed.finishedAtMs).toBeGreaterThanOrEqual(failed.startedAtMs - 1)
      expect(await ended((await start('fine', 'ok')).id)).toMatchObject({ exitCode: 0, reason: 'Completed' })
    })

    it('asks for a list when a container has ended, and not only before its records say so', async () => {
      const stop = new AbortController()
      const seen = Promise.withResolvers<void>()
      const look = async () => {
        const [container] = await runtime.listContainers({ podUid: 'uid-watched' })
        if (container?.state === 'exited') seen.resolve()
      }
      const watching = runtime.watch({ signal: stop.signal, changed: () => void look().catch(seen.reject) })
      const { finishedAtMs } = await ended((await start('watched', 'exit')).id)
      await seen.promise
      expect(Date.now() - finishedAtMs).toBeLessThan(3_000)
      stop.abort()
      await watching
    })

    it('stops with SIGTERM and lets the program finish', async () => {
      const { id, logFile } = await start('gentle', 'serve')
      await logged(logFile, 'to stderr')
      await runtime.stopContainer(id, 5_000)
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 0 })
      expect(await logged(logFile, 'bye')).toContain('bye')
    })

    it('kills what does not stop within its grace period', async () => {
      const { id, logFile } = await start('deaf', 'deaf')
      await logged(logFile, 'to stderr')
      await runtime.stopContainer(id, 1_000)
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 137 })
    })

    it('runs commands inside, and kills those that take too long', async () => {
      const { id } = await start('exec', 'serve')
      expect(await runtime.exec(id, ['sh', '-c', 'echo $GREETING; echo no >&2; exit 3'], 5_000)).toEqual({
        exitCode: 3,
        stdout: 'world\n',
        stderr: 'no\n',
      })
      await expect(runtime.exec(id, ['sleep', '20'], 1_000)).rejects.toMatchObject({ reason: 'Timeout' })
    })

    it('says what is wrong with a program that is not there', async () => {
      const config = sandboxOf('absent', subject)
      const sandbox = await runtime.runSandbox(config)
      const container = { ...containerOf(image, 'ok'), command: ['no-such-program'] }
      const id = await runtime.createContainer(sandbox, container, config)
      await expect(runtime.startContainer(id)).rejects.toThrow(/"?no-such-program"?.*(not found|no such file)/)
    })

    it('lists what it has, by pod, with labels and annotations', async () => {
      const { id, sandbox } = await start('listed', 'serve')
      await start('unlisted', 'serve')
      const containers = await runtime.listContainers({ podUid: 'uid-listed' })
      expect(containers).toHaveLength(1)
      expect(containers[0]).toMatchObject({ id, sandboxId: sandbox, state: 'running', annotations: { hash: 'abc' } })
      expect(containers[0]?.labels).toMatchObject({ part: 'main', 'io.kubernetes.pod.uid': 'uid-listed' })
      const sandboxes = await runtime.listSandboxes({ podUid: 'uid-listed' })
      expect(sandboxes).toMatchObject([
        { id: sandbox, state: 'ready', pod: { name: 'listed' }, annotations: { note: 'kept' } },
      ])
      expect(await runtime.listContainers()).toHaveLength(2)
    })

    it('goes on in a new file after its log was renamed', async () => {
      const { id, logFile } = await start('rotated', 'serve')
      await logged(logFile, 'to stderr')
      await rename(logFile, `${logFile}.old`)
      await runtime.reopenLog(id)
      await runtime.stopContainer(id, 5_000)
      expect(await logged(logFile, 'bye')).not.toContain('hello')
    })

    it('ends what runs when the sandbox is stopped, and forgets all when it is removed', async () => {
      const { id, sandbox } = await start('gone', 'serve')
      await runtime.stopSandbox(sandbox)
      await runtime.stopSandbox(sandbox)
      expect(await runtime.sandboxIPs(sandbox)).toEqual([])
      expect((await runtime.containerStatus(id))?.state).toBe('exited')
      await runtime.removeSandbox(sandbox)
      await runtime.removeSandbox(sandbox)
      expect(await runtime.containerStatus(id)).toBeUndefined()
      expect(await runtime.listSandboxes()).toEqual([])
    })

    it('finds its containers again when it is opened anew', async () => {
      const { id, logFile } = await start('adopted', 'serve')
      await logged(logFile, 'to stderr')
      const before = await runtime.containerStatus(id)
      await runtime[Symbol.asyncDispose]()
      runtime = await subject.open({ host: TEST_HOST, address: registry.address })
      expect(await runtime.containerStatus(id)).toEqual(before)
      await runtime.stopContainer(id, 5_000)
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 0 })
    })

    it('takes stops and removals of what is not there for done', async () => {
      const nobody = 'f'.repeat(64)
      await runtime.stopContainer(nobody, 0)
      await runtime.removeContainer(nobody)
      await runtime.stopSandbox(nobody)
      await runtime.removeSandbox(nobody)
      expect(await runtime.containerStatus(nobody)).toBeUndefined()
    })
  })
}

/** Waits until `look` gives something. */
async function until<T>(look: () => Promise<T | undefined>, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await look()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`condition not met within ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
