import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PackageJson } from './package-json.ts'
import { splitWords, toArguments } from './start-command.ts'

const run = promisify(execFile)
const node = '/usr/local/bin/node'
const withScripts = (scripts: Record<string, string>) => ({ scripts }) as unknown as PackageJson
const shell = (script: string) => ['/bin/sh', '-c', script]

describe('toArguments', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['node server.js', {}, [node, 'server.js']],
    ['node "--env-file=a b" \'x y.js\'', {}, [node, '--env-file=a b', 'x y.js']],
    ['node --title="a b" x.js', {}, shell('exec node --title="a b" x.js')],
    ['  node   server.js  ', {}, [node, 'server.js']],
    ['npm start', { start: 'node x.js' }, [node, 'x.js']],
    ['npm run web', { web: 'yarn serve', serve: 'node y.js' }, [node, 'y.js']],
    ['npm start', { prestart: 'node migrate.js', start: 'node x.js' }, shell('node migrate.js && exec node x.js')],
    ['npm run gone', {}, shell('exec npm run gone')],
    ['npm run loop', { loop: 'npm run loop' }, shell('exec npm run loop')],
    ['next start -p $PORT', {}, shell('exec next start -p $PORT')],
    ['NODE_ENV=production node x.js', {}, shell('exec env NODE_ENV=production node x.js')],
    ['a && b; c', {}, shell('a && b; exec c')],
    ['a | b', {}, shell('a | b')],
    ['a || b', {}, shell('a || b')],
    ['cd web && node x.js', {}, shell('cd web && exec node x.js')],
    ['echo "a && b"', {}, shell('exec echo "a && b"')],
    ['if true; then a; fi', {}, shell('if true; then a; fi')],
    ["sh -c 'a; b'", {}, shell("exec sh -c 'a; b'")],
  ])('%s with %j', (line, scripts, expected) => {
    expect(toArguments(line, withScripts(scripts))).toEqual(expected)
  })

  it.each([
    'echo one && echo two',
    'A=1 printenv A',
    'echo "x; y"',
    'echo a; echo b',
    "printf '%s\\n' 'a && b'",
    'true && A="b c" printenv A',
  ])('does in a shell what the line itself does: %s', async (line) => {
    const [program = '', ...args] = toArguments(line, undefined)
    expect((await run(program, args)).stdout).toBe((await run('/bin/sh', ['-c', line])).stdout)
  })
})

describe('splitWords', () => {
  it.each(['a | b', 'a > b', '$A', 'a*', 'a;b', '"unclosed', 'a "b$c"', 'a\\ b', ''])(
    'leaves %j to a shell',
    (line) => {
      expect(splitWords(line)).toBeUndefined()
    },
  )

  it('takes quotes off as a shell does', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9 ._/=-]{1,10}$/)
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(splitWords(words.map((text) => `'${text}'`).join(' '))).toEqual(words)
      }),
    )
  })
})
