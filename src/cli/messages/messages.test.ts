import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { RUNTIME_OBSTACLES } from '../../host/index.ts'
import { CHECKS } from '../doctor/checks.ts'
import { CLI_ERRORS } from '../errors.ts'
import { ROLLOUT_FAILURES, ROLLOUT_PHASES } from '../rollout/failure.ts'
import { en } from './en.ts'
import { ko } from './ko.ts'
import { chooseLanguage, fillIn, openTranslate, placeholdersOf } from './translate.ts'

describe('the catalogues', () => {
  it('have the same keys', () => expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort()))

  it('have the same placeholders in every sentence', () => {
    for (const [key, sentence] of Object.entries(en))
      expect([key, placeholdersOf(ko[key as keyof typeof en])]).toEqual([key, placeholdersOf(sentence)])
  })

  it('leave nothing empty and nothing untranslated but names', () => {
    const same = Object.entries(en).filter(([key, sentence]) => ko[key as keyof typeof en] === sentence)
    const names =
      /^(naru|cpu|kubernetes api|containerd|runc|nftables|overlayfs|iproute2 \(ip\)|bubblewrap|tar, xz|url|https|.*\{.*)$/i
    expect(same.filter(([, sentence]) => !names.test(sentence))).toEqual([])
    for (const sentence of [...Object.values(en), ...Object.values(ko)]) expect(sentence.trim()).not.toBe('')
  })

  it('speak politely in Korean: full sentences end in 니다 or 십시오 or 까', () => {
    const sentences = Object.entries(ko).filter(([key]) => /\.(why|fix)$/.test(key) && key !== 'doctor.option.fix')
    for (const [key, sentence] of sentences)
      expect([key, /(니다|십시오)(\.|,|:)?[^가-힣]*$/.test(sentence)]).toEqual([key, true])
  })

  it('have a sentence for each error code, check, phase and failed build, and none for others', () => {
    const keysOf = (prefix: string) =>
      Object.keys(en)
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length))
        .sort()
    expect(keysOf('error.')).toEqual(Object.keys(CLI_ERRORS).sort())
    expect(keysOf('rollout.phase.')).toEqual([...ROLLOUT_PHASES].sort())
    for (const code of ROLLOUT_FAILURES) expect(en).toHaveProperty([`rollout.${code}`])
    for (const id of CHECKS)
      for (const suffix of ['', '.why', '.fix']) expect(en).toHaveProperty([`doctor.${id}${suffix}`])
  })
})

it.each([
  [{ LANG: 'ko_KR.UTF-8' }, 'ko'],
  [{ LANG: 'ko' }, 'ko'],
  [{ LANG: 'kok_IN.UTF-8' }, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{}, 'en'],
  [{ LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'C', LC_MESSAGES: 'ko_KR' }, 'ko'],
])('speaks by the environment %j: %s', (env, language) => expect(chooseLanguage(env)).toBe(language))

/** 을 or 를, 이 or 가, 은 or 는: by the sound before it, which a value has and its placeholder does not. */
it('Korean has a noun of its own between a value and what follows the sound of a word', () => {
  const bySound = /\}["']* ?(?:[을를이가은는과와])(?=[\s,.:]|$)|\([를가는와]\)/
  expect(Object.values(ko).filter((sentence) => bySound.test(sentence))).toEqual([])
})

it('fills in values as they are, placeholders in them included', () => {
  expect(fillIn('{a} and {b}', { a: '{b}', b: 1 })).toBe('{b} and 1')
  expect(openTranslate('ko')('deploy.noTraffic', { name: 'shop' })).toMatch(/naru traffic shop/)
})

describe('docs/errors.md', () => {
  /** The codes in the first column of the table under `## heading`. */
  const documented = async (heading: string) => {
    const text = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
    const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
    return [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] ?? '').toSorted((a, b) => (a < b ? -1 : 1))
  }
  /** The members of a string union in a source file. */
  const union = async (path: string, name: string) => {
    const text = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
    const body = new RegExp(`type ${name} =([^]*?)\\n\\n`).exec(text)?.[1] ?? ''
    return [...body.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '').toSorted((a, b) => (a < b ? -1 : 1))
  }

  it('lists the errors of the command line', async () =>
    expect(await documented('The command line')).toEqual(Object.keys(CLI_ERRORS).sort()))
  it('lists why a build fails', async () =>
    expect(await documented('Builds')).toEqual(await union('builder/errors.ts', 'BuildErrorReason')))
  it('lists why a new version does not serve', async () =>
    expect(await documented('Rollouts')).toEqual([...ROLLOUT_FAILURES].sort()))
  it('lists why the engine does not start', async () =>
    expect(await documented('The engine')).toEqual(await union('engine/failure.ts', 'EngineFailureCode')))
  it('lists what keeps a machine from running containers', async () =>
    expect(await documented('The machine')).toEqual([...RUNTIME_OBSTACLES].sort()))
})
