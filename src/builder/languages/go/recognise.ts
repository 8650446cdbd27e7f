/** Whether a folder is a Go module, which programs it has, and with which Go they are built. Source: "Go Modules
 *  Reference" (go.mod), "Go Toolchains" (`go` and `toolchain` lines). */
import { posix } from 'node:path'
import type { Source } from '../../source/read-source.ts'
import type { Recognised } from '../language.ts'

export interface GoPlan {
  /** `1.26.8`, without `go` before it. */
  version: string
  /** Folders with a program, `.` for the top, by the name of the program; sorted. */
  programs: Readonly<Record<string, string>>
}

/** What builds a module that asks for no newer one: modules of older Go are built as that Go would. */
const DEFAULT_VERSION = '1.26.8'

/** The program that serves, where there are several. */
const SERVING = ['web', 'server', 'api', 'app', 'main']

export async function recogniseGo(source: Source): Promise<Recognised<GoPlan> | undefined> {
  const text = await source.readText('go.mod')
  if (text === undefined) return undefined
  const programs = await findPrograms(source, moduleName(text))
  const names = Object.keys(programs)
  const top = names.find((name) => programs[name] === '.')
  const main = top ?? (names.length === 1 ? names[0] : SERVING.find((name) => names.includes(name)))
  const version = goVersion(text)
  return {
    plan: { version, programs },
    start: main === undefined ? undefined : { command: [`/app/bin/${main}`], from: programs[main] ?? main },
    what: `Go ${version} program`,
    hint:
      names.length === 0
        ? 'The module has no file that begins with "package main", at the top or in a folder of cmd/.'
        : `It has the programs ${names.join(', ')}: add a Procfile with the line "web: bin/${names[0]}".`,
  }
}

/** The newer of what go.mod asks for and the default; `go 1.30` means its first release. */
export function goVersion(text: string): string {
  const asked = [
    /^go\s+(\d+\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)\s*(?:\/\/.*)?$/m.exec(text)?.[1],
    /^toolchain\s+go(\d+\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)\s*(?:\/\/.*)?$/m.exec(text)?.[1],
  ]
  let version = DEFAULT_VERSION
  for (const each of asked)
    if (each !== undefined && isNewer(each, version)) version = /^\d+\.\d+$/.test(each) ? `${each}.0` : each
  return version
}

function isNewer(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => (version.match(/\d+/g) ?? []).map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** `shop` of `module example.com/team/shop/v2`. */
function moduleName(text: string): string {
  const path = /^module\s+"?([^\s"]+)/m.exec(text)?.[1] ?? 'app'
  return posix.basename(path.replace(/\/v\d+$/, '')) || 'app'
}

async function findPrograms(source: Source, name: string): Promise<Record<string, string>> {
  const programs: Record<string, string> = {}
  for (const { path } of source.files) {
    if (!path.endsWith('.go') || path.endsWith('_test.go')) continue
    const folder = posix.dirname(path)
    if (folder !== '.' && !/^cmd\/[^/]+$/.test(folder)) continue
    const text = await source.readText(path)
    if (text === undefined || /^\/\/go:build ignore\b/m.test(text) || !/^package main\b/m.test(text)) continue
    programs[folder === '.' ? name : posix.basename(folder)] = folder
  }
  return Object.fromEntries(Object.entries(programs).sort(([a], [b]) => (a < b ? -1 : 1)))
}
