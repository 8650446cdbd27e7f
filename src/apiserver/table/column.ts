/** A column of a table: its heading, and how an object fills it. */
import type { KubeObject } from '../../api/index.ts'
import { since } from './duration.ts'

export interface CellContext {
  /** Milliseconds since the epoch, for ages. */
  now: number
}

export interface Column<T> {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  /** `name` marks the column that identifies the object. */
  format: string
  /** 0: always shown; 1: with `-o wide`. */
  priority: number
  /** Default: none. */
  description?: string
  cell: (object: T, context: CellContext) => unknown
}

/** How one kind is printed. `T` is the type of its objects. */
export interface Printer<T> {
  columns: readonly Column<T>[]
  /** Conditions of a row: kubectl's `--watch` tells completed pods by them. */
  conditions?: (object: T) => readonly { type: string; status: string; reason: string; message: string }[]
}

type Cell<T> = Column<T>['cell']

export const text = <T>(name: string, cell: Cell<T>): Column<T> => ({
  name,
  type: 'string',
  format: '',
  priority: 0,
  cell,
})
export const integer = <T>(name: string, cell: Cell<T>): Column<T> => ({ ...text(name, cell), type: 'integer' })
export const boolean = <T>(name: string, cell: Cell<T>): Column<T> => ({ ...text(name, cell), type: 'boolean' })
/** A number under a heading that Kubernetes says holds strings. */
export const count = <T>(name: string, cell: (object: T) => number | string): Column<T> => text(name, cell)
/** Shown with `-o wide` only. */
export const wide = <T>(column: Column<T>): Column<T> => ({ ...column, priority: 1 })

export const NAME: Column<KubeObject> = {
  ...text<KubeObject>('Name', (object) => object.metadata.name),
  format: 'name',
}
export const AGE: Column<KubeObject> = text('Age', (object, { now }) => since(object.metadata.creationTimestamp, now))
/** When the object was made, in place of how old it is. */
export const CREATED: Column<KubeObject> = {
  ...text<KubeObject>('Created At', ({ metadata }) => metadata.creationTimestamp ?? ''),
  type: 'date',
}
