/** What of a value is not as its shape says. Pure. */
import { isJsonObject } from '../../api/index.ts'
import type { Complaint, Path } from '../path.ts'
import type { RecordShape, Shape, TextShape } from './shape.ts'

export function check(value: unknown, shape: Shape, path: Path = []): Complaint[] {
  const complain = (message: string): Complaint[] => [{ path, message }]
  switch (shape.kind) {
    case 'any':
      return []
    case 'text': {
      const message = textProblem(value, shape)
      return message === undefined ? [] : complain(message)
    }
    case 'flag':
      return typeof value === 'boolean' ? [] : complain(`must be true or false, not ${shown(value)}`)
    case 'integer': {
      const { least, most } = shape
      const isWithin = Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      return isWithin ? [] : complain(`must be a whole number from ${least} to ${most}, not ${shown(value)}`)
    }
    case 'list':
      if (!Array.isArray(value)) return complain(`must be a list, not ${shown(value)}`)
      return value.flatMap((item, index) => check(item, shape.items, [...path, index]))
    case 'list or map':
      return check(value, Array.isArray(value) ? shape.list : shape.map, path)
    case 'map':
      if (!isJsonObject(value)) return complain(`must be a mapping, not ${shown(value)}`)
      if (shape.isFilled && Object.keys(value).length === 0) return complain('must have at least one entry')
      return Object.entries(value).flatMap(([name, item]) => [
        ...nameProblems(name, shape.names, [...path, name]),
        ...check(item, shape.values, [...path, name]),
      ])
    case 'record':
      return isJsonObject(value) ? checkRecord(value, shape, path) : complain(`must be a mapping, not ${shown(value)}`)
  }
}

function checkRecord(value: Readonly<Record<string, unknown>>, shape: RecordShape, path: Path): Complaint[] {
  const { fields, required, isOpen, oneOf } = shape
  const complaints: Complaint[] = []
  for (const [name, item] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const at = [...path, name]
    if (field !== undefined) complaints.push(...check(item, field, at))
    else if (!isOpen)
      complaints.push({
        path: at,
        isOfName: true,
        message: `is not a field of Score; here are: ${Object.keys(fields).join(', ')}`,
      })
  }
  for (const name of required)
    if (!Object.hasOwn(value, name)) complaints.push({ path, isOfName: true, message: `has no ${name}` })
  const given = oneOf.filter((name) => Object.hasOwn(value, name))
  if (oneOf.length > 0 && given.length !== 1)
    complaints.push({
      path,
      isOfName: true,
      message: `must have one of ${oneOf.join(', ')}; it has ${given.length === 0 ? 'none' : given.join(' and ')}`,
    })
  return complaints
}

const nameProblems = (name: string, shape: TextShape, path: Path): Complaint[] => {
  const message = textProblem(name, shape)
  return message === undefined ? [] : [{ path, isOfName: true, message: `as a name ${message}` }]
}

function textProblem(value: unknown, { pattern, expected, choices, least = 0, most }: TextShape): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean')
    return `must be a text: put it in quotes, "${String(value)}"`
  if (typeof value !== 'string') return `must be a text, not ${shown(value)}`
  if (choices !== undefined)
    return choices.includes(value) ? undefined : `must be ${choices.join(' or ')}, not ${shown(value)}`
  const isShaped = (pattern?.test(value) ?? true) && value.length >= least && value.length <= (most ?? value.length)
  return isShaped ? undefined : `must be ${expected ?? 'shorter'}, not ${shown(value)}`
}

const MAX_SHOWN = 60

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const written = JSON.stringify(value)
  return written.length > MAX_SHOWN ? `${written.slice(0, MAX_SHOWN)}…` : written
}
