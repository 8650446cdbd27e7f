/** Defaults of one type, wherever it occurs: a function that changes a value of it in place. */
export type DefaultFunction = (value: never) => void

/** By the type's name in OpenAPI documents. */
export type DefaultFunctions = Readonly<Record<string, DefaultFunction>>

/** Sets a field that is missing, empty or zero, as Go's defaulting functions do. */
export function orElse<T extends object, K extends keyof T>(target: T, field: K, value: NonNullable<T[K]>): void {
  const current: unknown = target[field]
  if (current === undefined || current === null || current === '' || current === 0) target[field] = value
}

/** Sets a field only when it is missing: zero, false and empty are values. */
export function ifMissing<T extends object, K extends keyof T>(target: T, field: K, value: NonNullable<T[K]>): void {
  target[field] ??= value
}
