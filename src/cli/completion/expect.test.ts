import { describe, expect, it } from 'vitest'
import { GLOBAL_OPTIONS } from '../command-table/command-spec.ts'
import { COMMANDS } from '../command-table.ts'
import { expectNext } from './expect.ts'

const flagsOf = (options: readonly { flags: string }[]) => options.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0])
const wordsAfter = (...words: string[]) => expectNext(words).words.map(({ value }) => value)

describe('what may come next', () => {
  it('is a command, each with what it does', () => {
    expect(expectNext([''])).toMatchObject({
      words: COMMANDS.map(({ name, summary }) => ({ value: name, description: summary })),
    })
    expect(wordsAfter('--namespace', 'team', '')).toContain('deploy')
  })

  it.each(COMMANDS.map((spec) => [spec.name, spec] as const))('is every option of naru %s', (name, spec) => {
    expect(wordsAfter(name, '--')).toEqual([...flagsOf([...spec.options, ...GLOBAL_OPTIONS]), '--help'])
  })

  it('is a short option for who has begun one, and none that was given', () => {
    expect(wordsAfter('up', '-')).toEqual(expect.arrayContaining(['-n', '-h', '--port']))
    expect(wordsAfter('up', '--port', '80', '--')).not.toContain('--port')
    expect(wordsAfter('add', 'postgres', '-p', 'a=1', '--')).toContain('--param')
  })

  it.each([
    [['deploy', ''], [], 'files'],
    [['init', ''], [], 'folders'],
    [['init', 'shop', '--template', ''], ['templates'], 'folders'],
    [['init', 'shop', '-t', ''], ['templates'], 'folders'],
    [['logs', ''], ['apps'], undefined],
    [['logs', '--process', ''], ['processes'], undefined],
    [['rollback', ''], ['apps', 'releases'], undefined],
    [['rollback', 'shop', ''], ['releases'], undefined],
    [['traffic', 'v2=90', ''], ['weights'], undefined],
    [['scale', 'shop', 'web=2', ''], ['sizes'], undefined],
    [['env', 'unset', 'A', ''], ['variables'], undefined],
    [['env', 'import', ''], [], 'files'],
    [['cron', 'run', ''], ['scheduled'], undefined],
    [['cron', 'add', 'a', 'b', '--time-zone', ''], ['timeZones'], undefined],
    [['db', 'restore', 'orders', ''], ['resources'], 'files'],
    [['remove', ''], ['resources'], undefined],
    [['route', 'remove', ''], ['routes'], undefined],
    [['why', ''], ['pods'], undefined],
    [['add', ''], ['types'], undefined],
    [['-n', ''], ['namespaces'], undefined],
    [['apps', '--context', ''], ['contexts'], undefined],
    [['run', '--', 'node', ''], [], 'files'],
    [['port-forward', ''], [], undefined],
  ] as const)('after naru %j it is of %j, and of the shell %s', (words, subjects, paths) =>
    expect(expectNext(words)).toMatchObject({ subjects, paths }),
  )

  it.each([
    [
      ['env', ''],
      ['list', 'set', 'unset', 'import'],
    ],
    [
      ['maintenance', ''],
      ['show', 'on', 'off'],
    ],
    [
      ['route', 'force-https', ''],
      ['on', 'off'],
    ],
    [
      ['up', '--runtime', ''],
      ['containerd', 'process'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
  ])('after naru %j it is one of %j', (words, expected) => expect(wordsAfter(...words)).toEqual(expected))

  it('is an option that goes with the action', () => {
    expect(wordsAfter('route', 'add', '/old', '--')).toContain('--redirect')
    expect(wordsAfter('route', 'remove', '/old', '--')).toEqual([
      '--app',
      '--json',
      '--namespace',
      '--context',
      '--help',
    ])
    expect(wordsAfter('add', 'route', '/old', '--')).not.toContain('--param')
  })

  it('is an option where nothing else is taken', () => {
    expect(wordsAfter('route', 'list', '')).toContain('--app')
    expect(wordsAfter('up', '')).toContain('--port')
    expect(wordsAfter('open', 'shop', '')).toContain('--json')
  })

  it.each([
    ['rollback', 'shop', ''],
    ['cp', '--app=shop', '--json', ''],
    ['exec', '-a', 'shop', '--process', ''],
  ])('is about the app that was named: %s %s', (...words) => expect(expectNext(words).app).toBe('shop'))

  it('is of the namespace and the context that were named, and not of an app that was not', () => {
    expect(expectNext(['-n', 'team', 'traffic', '--context', 'ann', 'v2=90', ''])).toMatchObject({
      app: undefined,
      namespace: 'team',
      kubeContext: 'ann',
    })
  })

  it('has the option before it where both are one word', () =>
    expect(expectNext(['exec', '--app=sh'])).toMatchObject({ word: '--app=sh', before: '--app=', subjects: ['apps'] }))

  it('is nothing of ours after a command that there is not', () =>
    expect(wordsAfter('fly', 'x')).toEqual(expect.any(Array)))
})
