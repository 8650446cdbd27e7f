export { type IncludeObject, toTable } from './to-table.ts'
