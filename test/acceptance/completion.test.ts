import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustRun, runCommand } from './harness/command.ts'
import { type Installation, openInstallation, repository } from './harness/installation.ts'

let naru: Installation
let folder: string
let env: NodeJS.ProcessEnv

/** A `naru` that completes as ours does, and else only says how it was called. */
const PROGRAM = `#!/bin/sh
if [ "$1" = completion ]; then exec ${join(repository, 'bin/naru')} "$@"; fi
printf 'called'; printf ' [%s]' "$@"; echo
`

beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
  folder = await naru.copyOf('examples/hello', 'hello')
  await naru.deploy(folder)
  await naru.mustNaru('env', 'set', 'GREETING=hello', '--app', 'hello')
  const kind = { apiVersion: 'apps.naru.dev/v1', kind: 'Resource' }
  await naru.apply({ ...kind, metadata: { name: 'orders', namespace: 'default' }, spec: { type: 'of-no-provisioner' } })
  await mkdir(join(folder, 'My Site'))
  const programs = join(naru.root, 'programs')
  await mkdir(programs)
  await writeFile(join(programs, 'naru'), PROGRAM)
  await chmod(join(programs, 'naru'), 0o755)
  env = { ...naru.env, PATH: `${programs}:${naru.env.PATH}`, TERM: 'dumb' }
})
afterAll(async () => naru?.[Symbol.asyncDispose]())

/** What is typed, a tab at its end, and how Naru is called then. */
const CASES: readonly (readonly [string, string])[] = [
  ['naru kubec', '[kubeconfig]'],
  ['naru up --runtime=cont', '[up] [--runtime=containerd]'],
  ['naru open he', '[open] [hello]'],
  ['naru exec --app=he', '[exec] [--app=hello]'],
  ['naru --namespace def', '[--namespace] [default]'],
  ['naru scale we', '[scale] [web=]'],
  ['naru traffic v2=90 v1', '[traffic] [v2=90] [v1=]'],
  ['naru env unset GR', '[env] [unset] [GREETING]'],
  ['naru remove or', '[remove] [orders]'],
  ['naru init x --template php', '[init] [x] [--template] [php-mariadb]'],
  ['naru render My', '[render] [My Site]'],
  ['naru env import serv', '[env] [import] [server.js]'],
]

/** Types into a shell on a terminal, and gives what the `naru` of the test was called with. */
async function typeInto(command: string, typed: string): Promise<string[]> {
  const options = { env, cwd: folder, input: typed, timeoutMs: 60_000 }
  const { stdout } = await runCommand('script', ['-qec', command, '/dev/null'], options)
  // Whether a folder ends in a slash is the shell's own way.
  return [...stdout.matchAll(/^called (.*?)\r?$/gm)].map(([, words = '']) => words.replaceAll('/]', ']'))
}

const lines = CASES.map(([typed]) => `${typed}\t\n`).join('')
const expected = CASES.map(([, called]) => called)

describe('a tab completes commands, options and the names of what there is', () => {
  it('in bash', async () => {
    await writeFile(join(naru.root, 'bashrc'), `PS1='$ '\nsource <(naru completion bash)\n`)
    const shell = `bash --noprofile --rcfile ${join(naru.root, 'bashrc')} -i`
    expect(await typeInto(shell, `${lines}exit\n`)).toEqual(expected)
  })

  it('in zsh', async () => {
    const rc = `PS1='$ '\nautoload -U compinit && compinit -u\nsource <(naru completion zsh)\n`
    await writeFile(join(naru.root, '.zshrc'), rc)
    expect(await typeInto('zsh -i', `${lines}exit\n`)).toEqual(expected)
  })

  it('in fish, with what each is', async () => {
    const script = join(naru.root, 'naru.fish')
    await writeFile(script, await naru.mustNaru('completion', 'fish'))
    const questions = CASES.map(([typed]) => `complete -C '${typed}'; echo .`).join('\n')
    const said = await mustRun('fish', ['--no-config', '-c', `source ${script}\n${questions}\n`], { env, cwd: folder })
    const answers = said.split('.\n').slice(0, -1)
    expect(answers.map((answer) => answer.split('\n')[0]?.split('\t')[0]?.replace(/\/$/, ''))).toEqual(
      CASES.map(([, called]) => /\[([^[]*)\]$/.exec(called)?.[1]),
    )
    expect(answers[CASES.findIndex(([typed]) => typed === 'naru open he')]).toContain('\thttp://hello.localhost')
  })
})
