export { type Column, NAME, type Printer } from './column.ts'
export { since } from './duration.ts'
export { printerFor } from './printers.ts'
export { type IncludeObject, toTable } from './to-table.ts'
