/** What is written for people, compared with the program. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { GLOBAL_OPTIONS, type OptionSpec } from './command-table/command-spec.ts'
import { COMMANDS } from './command-table.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFile(join(root, path), 'utf8')

/** Everything that users and contributors read, but for what commands write. */
const PAGES = [
  'README.md',
  'README.ko.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'GLOSSARY.md',
  ...(await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ...(await readdir(join(root, 'docs/adr'))).map((name) => `docs/adr/${name}`),
  ...(await readdir(join(root, 'templates'))).map((name) => `templates/${name}/README.md`),
]

/** The words behind `naru` in code. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/```[^]*?```|`[^`\n]+`/g)].flatMap(([code]) =>
    [...code.matchAll(/(?:^|[`$(;&|] ?|npx )naru ([a-z][a-z-]*)/gm)].map(([, word = '']) => word),
  )

const longFlags = (options: readonly OptionSpec[]) => options.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? flags)

/** As GitHub makes them of headings. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

describe.each(PAGES)('%s', (page) => {
  it('names commands that there are', async () => {
    const known = new Set<string>(COMMANDS.map(({ name }) => name))
    expect(commandsIn(await read(page)).filter((word) => !known.has(word))).toEqual([])
  })

  it('leads to pages and headings that there are', async () => {
    const text = await read(page)
    const broken: string[] = []
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, file))) broken.push(target)
      else if (anchor !== undefined && !anchorsOf(await read(file)).includes(anchor)) broken.push(target)
    }
    expect(broken).toEqual([])
  })
})

describe('docs/commands.md', () => {
  const sections = async () =>
    new Map(
      (await read('docs/commands.md')).split('\n## ').map((section) => {
        const [, name = ''] = /^naru ([a-z-]+)/.exec(section) ?? []
        return [name, section] as const
      }),
    )

  it('has a section for every command, and no other', async () => {
    const names = [...(await sections()).keys()].filter((name) => name !== '')
    expect(names.toSorted()).toEqual(COMMANDS.map(({ name }) => name).toSorted())
  })

  it.each(COMMANDS.map((spec) => [spec.name, spec] as const))(
    'has the options of naru %s, and no others in its table',
    async (name, { options }) => {
      const all = await sections()
      const section = all.get(name) ?? ''
      const [common = ''] = (await read('docs/commands.md')).split('\n## ')
      for (const flag of longFlags(options))
        expect(common.includes(`${flag} `) || section.includes(flag), flag).toBe(true)
      const tabled = [...section.matchAll(/^\| `(?:-\w`, `)?(--[\w-]+)/gm)].map(([, flag = '']) => flag)
      const known = [...longFlags(options), ...longFlags(GLOBAL_OPTIONS)]
      expect(tabled.filter((flag) => !known.includes(flag))).toEqual([])
    },
  )
})

it('README.md and README.ko.md show the same commands and link to the same pages', async () => {
  const [english, korean] = [await read('README.md'), await read('README.ko.md')]
  const typed = (text: string) =>
    [...text.matchAll(/^(?:\$ |npm ).*$/gm)].map(([line]) => line.replace(/ {2,}.*$| # .*$/, ''))
  const links = (text: string) => new Set([...text.matchAll(/\]\((?!README)([^)]+)\)/g)].map(([, target]) => target))
  expect(typed(korean)).toEqual(typed(english))
  expect(links(korean)).toEqual(links(english))
  expect(korean.match(/^## /gm)?.length).toBe(english.match(/^## /gm)?.length)
})
