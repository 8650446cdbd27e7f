import type { Strategy } from '../strategy.ts'

export const serviceStrategy: Strategy = { returnDeletedObject: true }
