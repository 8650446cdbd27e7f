/** Reads package.json: the fields a build needs, checked, with errors that name line and column. */
import { BuildError } from '../errors.ts'
import type { Source } from '../source/read-source.ts'

export interface PackageJson {
  name: string | undefined
  main: string | undefined
  type: string | undefined
  packageManager: string | undefined
  engines: Record<string, string>
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
  hasWorkspaces: boolean
  /** As parsed, for digests of fields that decide an installation. */
  raw: Readonly<Record<string, unknown>>
}

/** Undefined when there is none. Throws BuildError PackageJsonInvalid. */
export async function readPackageJson(source: Source): Promise<PackageJson | undefined> {
  const text = await source.readText('package.json')
  if (text === undefined) return undefined
  const raw = parse(text.replace(/^\uFEFF/, ''))
  return {
    name: optionalString(raw, 'name'),
    main: optionalString(raw, 'main'),
    type: optionalString(raw, 'type'),
    packageManager: optionalString(raw, 'packageManager'),
    engines: stringRecord(raw, 'engines'),
    scripts: stringRecord(raw, 'scripts'),
    dependencies: stringRecord(raw, 'dependencies'),
    devDependencies: stringRecord(raw, 'devDependencies'),
    optionalDependencies: stringRecord(raw, 'optionalDependencies'),
    hasWorkspaces: raw.workspaces !== undefined,
    raw,
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const { line, column } = positionOf(error, text)
    const shown = text.split('\n')[line - 1]?.slice(0, 200) ?? ''
    throw new BuildError(
      'PackageJsonInvalid',
      `package.json is not valid JSON at line ${line}, column ${column}: ${reasonOf(error)}`,
      {
        hint: 'Mend that line, then deploy again.',
        output: [`package.json:${line}:${column}`, shown, `${' '.repeat(Math.min(column - 1, 200))}^`],
        cause: error,
      },
    )
  }
  if (!isRecord(value)) throw invalid('must be an object, like { "name": "app" }')
  return value
}

/** JavaScript's engine says either a position, or only the unexpected token with its surroundings, or the end. */
function positionOf(error: unknown, text: string): { line: number; column: number } {
  const message = error instanceof Error ? error.message : ''
  const position = /at position (\d+)/.exec(message)
  const offset = position === null ? locate(text) : Number(position[1])
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** The length of the longest prefix that could still become JSON: where an error without a position is. */
function locate(text: string): number {
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (isPrefixOfJson(text.slice(0, middle))) low = middle
    else high = middle - 1
  }
  return low
}

function isPrefixOfJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    return error instanceof Error &&
      /end of JSON input|Unterminated string|after property name in JSON at position|Expected .* at position/.test(
        error.message,
      )
      ? isCutShort(error.message, text)
      : false
  }
}

function isCutShort(message: string, text: string): boolean {
  const position = /at position (\d+)/.exec(message)
  return position === null || Number(position[1]) >= text.length
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/ in JSON at position \d+.*$/s, '').replace(/, \.*"[\s\S]*$/, '')
}

function optionalString(raw: Record<string, unknown>, field: string): string | undefined {
  const value = raw[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalid(`must have a string in "${field}"`)
  return value
}

function stringRecord(raw: Record<string, unknown>, field: string): Record<string, string> {
  const value = raw[field] ?? {}
  if (!isRecord(value)) throw invalid(`must have an object in "${field}"`)
  for (const [key, item] of Object.entries(value))
    if (typeof item !== 'string') throw invalid(`must have a string in "${field}.${key}"`)
  return value as Record<string, string>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(what: string): BuildError {
  return new BuildError('PackageJsonInvalid', `package.json ${what}.`, {
    hint: 'Mend package.json, then deploy again.',
  })
}
