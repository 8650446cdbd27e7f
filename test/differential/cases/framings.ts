/** Requests that are framed oddly, as bytes: how many each server takes them for. */
import { FRAMINGS } from '../../harness/framings.ts'
import type { Case } from '../case.ts'

export const framingCases: readonly Case[] = Object.entries(FRAMINGS).map(([name, [bytes]]) => ({
  name: `framings/${name}`,
  calls: [{ method: 'POST', path: '/', bytes }],
}))
