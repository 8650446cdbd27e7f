export * from './formats.ts'
