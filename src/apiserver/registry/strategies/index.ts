export { strategyFor } from './strategy-for.ts'
