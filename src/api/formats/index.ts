export * from './addresses.ts'
export * from './formats.ts'
