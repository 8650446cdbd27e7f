/** What may come next on a command line that is being written, looked up. */
import { targetName } from '../app/target.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { harmless } from '../output/text.ts'
import { type Expected, expectNext } from './expect.ts'
import { type Found, lookUpHere, lookUpInCluster } from './look-up.ts'
import type { Paths, Subject } from './subjects.ts'

/** Nobody waits longer for a name. */
const PATIENCE_MS = 2000

export interface Completions {
  /** Whole words, in the order they are offered. */
  words: Found[]
  /** Whether the shell is to offer files or folders, too. */
  paths: Paths | undefined
}

/** Never rejects for want of a cluster or an app: of what cannot be had nothing is offered. */
export async function complete(context: CommandContext, words: readonly string[]): Promise<Completions> {
  const expected = expectNext(words)
  const own = expected.words.map(({ value, description }) => ({
    value,
    description: description && context.t(description),
  }))
  const names = await findAll(context, expected)
  const offered = [...own, ...names.filter(({ value }) => isPlain(value))]
    .map(({ value, description }) => ({ value: `${expected.before}${value}`, description: oneLine(description) }))
    .filter(({ value }) => value.startsWith(expected.word))
  return { words: [...new Map(offered.map((each) => [each.value, each])).values()], paths: expected.paths }
}

async function findAll(context: CommandContext, expected: Expected): Promise<Found[]> {
  const { subjects, namespace, kubeContext } = expected
  if (subjects.length === 0) return []
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)])
  const here = await Promise.all(subjects.map((subject) => lookUpHere(subject, context.paths).catch(() => [])))
  const elsewhere = subjects.filter((subject, at) => here[at] === undefined || subject === 'types')
  const there = await findInCluster({ ...context, namespace, kubeContext, signal }, elsewhere, expected)
  return [...here, ...there].flatMap((each) => each ?? [])
}

async function findInCluster(
  context: CommandContext,
  subjects: readonly Subject[],
  { app }: Expected,
): Promise<Found[][]> {
  if (subjects.length === 0) return []
  try {
    await using cluster = await openCluster(context)
    const asked = { app: () => targetName(context, app), signal: context.signal }
    return await Promise.all(subjects.map((subject) => lookUpInCluster(subject, cluster, asked).catch(() => [])))
  } catch {
    return []
  }
}

/** What no shell would want in quotation marks, or take for something else than a word. */
const isPlain = (value: string) => /^[\w@%+=:,./-]+$/.test(value)

const oneLine = (description: string | undefined) => description && harmless(description).replaceAll(/\s+/g, ' ').trim()
