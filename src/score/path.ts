/** Where in a file something is, as the names and numbers that lead there. */
export type Path = readonly (string | number)[]

/** `containers.web.files[0].target`; names with dots in them are quoted. */
export const fieldOf = (path: Path): string =>
  path.reduce<string>((field, part) => {
    if (typeof part === 'number') return `${field}[${part}]`
    if (!/^[\w-]+$/.test(part)) return `${field}[${JSON.stringify(part)}]`
    return field === '' ? part : `${field}.${part}`
  }, '')

/** A problem that has not been looked up in the file yet. */
export interface Complaint {
  path: Path
  /** Of a field's name instead of its value. */
  isOfName?: boolean | undefined
  message: string
}
