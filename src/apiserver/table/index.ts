export { type IncludeObject, type Table, type TableOptions, type TableRow, toTable } from './to-table.ts'
