export * from './addresses.ts'
export * from './block-warnings.ts'
export * from './formats.ts'
export * from './go-quote.ts'
