/** The differences that are meant to be, each with its reason. Pure. */
import { parse } from 'yaml'
import type { Difference } from './compare.ts'

export interface Known {
  /** A case's name; `*` stands for any text. */
  case: string
  /** A difference's path; `*` stands for any text. */
  at: string
  /** What each side says, as JSON or `nothing`; `*` stands for any text. Missing: whatever they say. */
  kube: string
  naru: string
  why: string
}

/** Throws an Error that names the entry that lacks something. */
export function parseKnown(text: string): Known[] {
  const entries = (parse(text) ?? []) as Partial<Known>[]
  return entries.map((entry, n) => {
    const { case: name, at, why, kube = '*', naru = '*' } = entry
    if (name === undefined || at === undefined || why === undefined)
      throw new Error(`known difference ${n + 1} wants case, at and why: ${JSON.stringify(entry)}`)
    return { case: name, at, kube, naru, why }
  })
}

export function isKnownBy(known: Known, name: string, { path, ours, theirs }: Difference): boolean {
  const said = (pattern: string, value = 'nothing') => matcher(pattern).test(value)
  return said(known.case, name) && said(known.at, path) && said(known.kube, theirs) && said(known.naru, ours)
}

/** Whether the entry speaks of any of the cases. */
export const concerns = (known: Known, names: readonly string[]) => names.some((name) => matcher(known.case).test(name))

const matcher = (pattern: string) =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`, 's')
