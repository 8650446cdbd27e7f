import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identifyProcess, systemClock } from '../lib/index.ts'
import { COMMANDS } from './command-table.ts'
import { runCli } from './run-cli.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-cli-'))
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, '1'))
})
afterAll(() => rm(folder, { recursive: true }))

/** One run in this process, without a terminal, with a state folder of its own. */
async function naru(args: string[], env: NodeJS.ProcessEnv = {}) {
  const stdout = new PassThrough({ encoding: 'utf8' })
  const stderr = new PassThrough({ encoding: 'utf8' })
  const code = await runCli({
    argv: args,
    env: { HOME: folder, PATH: process.env.PATH, NARU_STATE_DIR: join(folder, 'state'), LANG: 'C', ...env },
    cwd: folder,
    clock: systemClock,
    stdin: process.stdin,
    stdout,
    stderr,
    signal: new AbortController().signal,
  })
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}

describe('bad use', () => {
  it.each([
    [['fly'], /unknown command "fly"/],
    [['statsu'], /Did you mean "status"/],
    [['deploy', '--wings'], /unknown option --wings.*naru deploy --help/],
    [['deploy', '--nmae', 'x'], /Did you mean --name/],
    [['open'], /naru open needs <app>.*naru open <app>/],
    [['logs', 'a', '--grep', '(a'], /--grep cannot be "\(a".*missing closing \)/],
    [['logs', 'a', '--tail'], /--tail <lines> needs a value/],
    [['logs', 'a', '--tail', 'all'], /--tail cannot be "all"/],
    [['up', '--port', '99999'], /--port cannot be "99999".*65535/],
    [['up', '--runtime', 'docker'], /containerd, process/],
    [['route', 'list', 'foo'], /route list was given too many arguments\. Usage: naru route list/],
    [['route', 'add'], /naru route add needs <route>\. Usage: naru route add api\.example/],
    [['route', 'remove', '/old', '--redirect', '/new'], /--redirect does not go with "naru route remove"/],
    [['add', 'redis', '--redirect', '/new'], /--redirect does not go with "naru add redis"/],
    [['delete', '', '--yes'], /app of naru delete is empty/],
    [['exec', 'ls', '-la'], /-la\. Options of the command that is to run come after --/],
    [['down', '--now', '--timeout', '2m'], /--now and --timeout cannot be used together/],
    [['status', 'now'], /too many arguments.*naru status/],
    [['deploy', 'nowhere'], /nowhere does not exist/],
    [['deploy', 'file'], /file is not a folder/],
    [['deploy', '.', '--name', 'My_Shop!'], /--name my-shop/],
    [['deploy', '1'], /--name/],
    [['deploy', '.', '--timeout', 'soon'], /--timeout cannot be "soon"/],
    [['deploy', '.', '-n', 'No!'], /--namespace/],
    [['deploy', '.', '--context', 'office'], /office/],
    [['completion', 'csh'], /bash, zsh, fish/],
  ])('naru %j exits 2 and says what to do', async (args, says) => {
    const { code, stdout, stderr } = await naru(args)
    expect(stderr).toMatch(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})

it('says in JSON what went wrong, on stdout', async () => {
  const { code, stdout } = await naru(['apps', '--json'])
  expect(JSON.parse(stdout)).toEqual({ error: { code: 'engineDown', message: expect.stringContaining('naru up') } })
  expect(code).toBe(1)
})

it('takes global options before and after the command', async () => {
  for (const args of [
    ['--json', 'status'],
    ['status', '--json'],
  ])
    expect(JSON.parse((await naru(args)).stdout)).toEqual({ running: false, processes: [] })
})

it('speaks Korean where the user does', async () => {
  const { stderr } = await naru(['fly'], { LANG: 'ko_KR.UTF-8' })
  expect(stderr).toContain('"fly" 명령은 없습니다')
  expect((await naru(['--help'], { LANG: 'ko_KR.UTF-8' })).stdout).toMatch(/^사용법: naru <명령> \[옵션\]/)
})

describe('help', () => {
  it('without arguments lists every command', async () => {
    const { code, stdout } = await naru([])
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
    expect(code).toBe(0)
  })

  it.each(COMMANDS.map((spec) => [spec.name, spec] as const))('of %s has an example', async (name, spec) => {
    const { code, stdout } = await naru([name, '--help'])
    expect(stdout).toContain(`Usage: naru ${name} [options]`)
    for (const example of spec.examples) expect(stdout).toContain(example)
    expect(code).toBe(0)
  })
})

it('says when nothing runs, and stops nothing twice', async () => {
  expect(await naru(['status'])).toMatchObject({ code: 1, stdout: expect.stringContaining('not running') })
  expect(await naru(['down'])).toMatchObject({ code: 0, stdout: 'Naru was not running.\n' })
  for (const args of [['kubeconfig'], ['logs', 'a'], ['open', 'a'], ['delete', 'a', '-y']])
    expect(await naru(args)).toMatchObject({ code: 1, stderr: expect.stringContaining('naru up') })
})

it('fails where its result cannot be written, and not where nobody wants to read more', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const env = { HOME: folder, PATH: process.env.PATH ?? '', NARU_STATE_DIR: join(folder, 'full'), LANG: 'C' }
  const run = async (line: string) => {
    const child = spawn('bash', ['-c', line, 'bash', process.execPath, main], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    return { code: code as number, said: said.replaceAll(/^\(node.*\n|^\(Use.*\n/gm, '') }
  }
  expect(await run('"$1" "$2" version > /dev/full')).toEqual({
    code: 1,
    said: expect.stringContaining('the disk is full'),
  })
  expect(await run('"$1" "$2" --help > /dev/full')).toMatchObject({ code: 1 })
  expect(await run('"$1" "$2" completion bash | true; exit "${PIPESTATUS[0]}"')).toEqual({ code: 0, said: '' })
})

it('says where a backup cannot be written', async () => {
  await mkdir(join(folder, 'state'), { recursive: true })
  await writeFile(join(folder, 'state', 'store.sqlite'), '')
  expect(await naru(['backup', '/nowhere/naru.backup'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /the backup \/nowhere\/naru.backup cannot be written: .*ENOENT.* a folder that is there/,
    ),
  })
  await rm(join(folder, 'state'), { recursive: true })
})

it('gives its version', async () => {
  expect((await naru(['version'])).stdout).toMatch(/^naru \d+\.\d+\.\d+ \(Node\.js \d+/)
  expect((await naru(['--version'])).stdout).toMatch(/^naru \d/)
})

it.each(['bash', 'zsh', 'fish'])(
  'prints a completion script for %s, and tells it what may come next',
  async (shell) => {
    expect((await naru(['completion', shell])).stdout).toContain(`completion ${shell} -- `)
    const { stdout } = await naru(['completion', shell, '--', 'deploy', '--na'], { LANG: 'ko_KR.UTF-8' })
    expect(stdout.match(/^--[\w-]+/gm)).toEqual(['--name', '--namespace'])
    expect(/[가-힣]/.test(stdout)).toBe(shell !== 'bash')
  },
)

it('completes what is after another --, and nothing of a cluster that is not there', async () => {
  expect(await naru(['completion', 'bash', '--', 'run', '--', ''])).toMatchObject({ code: 0, stdout: '\tfiles\n' })
  expect(await naru(['completion', 'bash', '--', 'open', ''])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  const { stdout } = await naru(['completion', 'fish', '--json', '--', 'up', '--runtime', 'c'])
  expect(JSON.parse(stdout)).toEqual({ shell: 'fish', words: [{ value: 'containerd' }] })
})

it('as a program: exits 2 for bad use, leaves no process, and makes no file for it', async () => {
  const env = {
    HOME: folder,
    PATH: process.env.PATH,
    NARU_STATE_DIR: join(folder, 'program'),
    NODE_DISABLE_COMPILE_CACHE: '1',
  }
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'fly'], {
    env,
    stdio: 'ignore',
  })
  const [code] = await once(child, 'exit')
  expect(code).toBe(2)
  expect(identifyProcess(child.pid ?? 0)).toBeUndefined()
})
