import type { Case } from '../case.ts'
import { discoveryCases } from './discovery.ts'

export const requestCases: readonly Case[] = [...discoveryCases]
