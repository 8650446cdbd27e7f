/** How people say who shall answer: `v12=90 v13=10`, `latest=100`, `v13=0:next` for a tag. Pure. */
import type { AppTrafficTarget } from '../../api/index.ts'
import { CliError } from '../errors.ts'
import { releaseNumber } from './releases.ts'

const EXPECTED = 'v12=90, latest=10, v13=0:next'

/** Throws CliError `badOptionValue`, `trafficSum`. */
export function parseTraffic(words: readonly string[]): AppTrafficTarget[] {
  const targets = words.map(parseTarget)
  const sum = targets.reduce((total, { percent }) => total + percent, 0)
  if (sum !== 100) throw CliError.of('trafficSum', { sum })
  return targets
}

function parseTarget(word: string): AppTrafficTarget {
  const [, name = '', percent = '', tag] = /^([^=]+)=(\d{1,3})%?(?::([a-z0-9-]+))?$/.exec(word) ?? []
  const release = releaseNumber(name)
  if (name !== 'latest' && release === undefined)
    throw CliError.of('badOptionValue', { option: 'traffic', value: word, expected: EXPECTED })
  return { ...(release !== undefined && { release }), percent: Number(percent), ...(tag !== undefined && { tag }) }
}

/** All to the newest is what an app does when nothing is said. */
export const isDefault = (targets: readonly AppTrafficTarget[]): boolean =>
  targets.length === 1 && targets[0]?.release === undefined && targets[0]?.tag === undefined
