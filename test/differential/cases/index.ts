import type { Case } from '../case.ts'
import { bodyCases } from './bodies.ts'
import { componentCases } from './components.ts'
import { discoveryCases } from './discovery.ts'
import { expressionCases } from './expressions.ts'
import { framingCases } from './framings.ts'
import { integerCases } from './integers.ts'
import { requestCases } from './requests.ts'
import { statusWriteCases } from './status-writes.ts'
import { subresourceCases } from './subresources.ts'

export const tableCases: readonly Case[] = [
  ...discoveryCases,
  ...bodyCases,
  ...requestCases,
  ...subresourceCases,
  ...componentCases,
  ...integerCases,
  ...statusWriteCases,
  ...framingCases,
  ...expressionCases,
]
