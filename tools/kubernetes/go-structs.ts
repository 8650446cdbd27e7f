/** Reads the structs of a Go package as far as their tags tell how a field is written in JSON and in protobuf. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface GoField {
  /** The protobuf field number. */
  number: number
  /** JSON name; undefined when the fields of `type` are inlined into the struct. */
  name: string | undefined
  /** As in the source, without a leading `*`: `ProbeHandler`, `[]string`. */
  type: string
  /** Whether nil and zero differ: a pointer, a list or a map. Bytes do not count: JSON leaves empty ones out. */
  pointer: boolean
  omitEmpty: boolean
  /** Of structs: left out while all of it is zero, which `omitEmpty` does not do. */
  omitZeroStruct: boolean
}

/** Structs by name, in the order of the sources. Those that write themselves (`Time`, `JSON`) are not among them. */
export function readGoStructs(folder: string): Map<string, GoField[]> {
  const structs = new Map<string, GoField[]>()
  const files = readdirSync(folder).filter((file) => file.endsWith('.go') && !/_test\.go$|generated/.test(file))
  for (const file of files.sort()) {
    const source = readFileSync(join(folder, file), 'utf8')
    for (const [, name = '', body = ''] of source.matchAll(/^type (\w+) struct ?\{(?:\}|\n([\s\S]*?)^\})/gm)) {
      const fields = body.split('\n').flatMap((line) => readField(line) ?? [])
      if (fields.length > 0 || body === '') structs.set(name, fields)
    }
  }
  return structs
}

function readField(line: string): GoField | undefined {
  const match = /^\s*(\w+\s+)?([^\s`]+)\s+`([^`]*)`/.exec(line)
  if (match === null || line.trimStart().startsWith('//')) return undefined
  const [, , type = '', tags = ''] = match
  const json = /json:"([^"]*)"/.exec(tags)?.[1]
  const number = Number(/protobuf:"\w+,(\d+)/.exec(tags)?.[1])
  if (json === undefined || json === '-' || !Number.isInteger(number)) return undefined
  const [name = '', ...options] = json.split(',')
  return {
    number,
    name: options.includes('inline') && name === '' ? undefined : name,
    type: type.replace(/^\*/, ''),
    pointer: /^(\*|\[\](?!byte)|map\[)/.test(type),
    omitEmpty: options.includes('omitempty') || options.includes('omitzero'),
    omitZeroStruct: options.includes('omitzero'),
  }
}
