/** format.named() and the named formats. Source: k8s.io/apiserver v0.34, pkg/cel/library/format.go. */
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../../formats/index.ts'
import { formatNamed } from '../../../structural/formats/formats.ts'
import { func, type Implementation, method, type Overload } from '../../check/overload.ts'
import { listOf, objectType, optionalOf, STRING } from '../../check/types.ts'
import { ArrayList } from '../../values/collections.ts'
import { noSuchOverload, OpaqueValue, Optional } from '../../values/value.ts'
import { urlProblem } from './urls.ts'

export const FORMAT = objectType('kubernetes.NamedFormat')

interface NamedFormat {
  /** What is wrong with a text; nothing when it is right. */
  problems: (text: string) => readonly string[]
  /** How long a pattern it is as much work as; costs are counted by it. */
  patternSize: number
}

export class FormatValue extends OpaqueValue {
  readonly type = FORMAT
  readonly name: string
  readonly format: NamedFormat
  constructor(name: string, format: NamedFormat) {
    super()
    this.name = name
    this.format = format
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && other.name === this.name
  }
}

/** What a name may start with may end with a dash. */
const prefixOf =
  (problems: (text: string) => readonly string[]) =>
  (text: string): readonly string[] =>
    problems(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text)

const named = (name: string, problem: string) => (text: string) =>
  formatNamed(name)?.check(text) === false ? [problem] : []

function uriProblems(text: string): readonly string[] {
  const problem = urlProblem(text)
  return problem === undefined ? [] : [problem]
}

const DATE_TIME_PATTERN = 70
const FORMATS: ReadonlyMap<string, NamedFormat> = new Map<string, NamedFormat>([
  ['dns1123Label', { problems: dnsLabelProblems, patternSize: 30 }],
  ['dns1123Subdomain', { problems: dnsSubdomainProblems, patternSize: 60 }],
  ['dns1035Label', { problems: dns1035LabelProblems, patternSize: 30 }],
  ['qualifiedName', { problems: qualifiedNameProblems, patternSize: 60 }],
  ['dns1123LabelPrefix', { problems: prefixOf(dnsLabelProblems), patternSize: 30 }],
  ['dns1123SubdomainPrefix', { problems: prefixOf(dnsSubdomainProblems), patternSize: 60 }],
  ['dns1035LabelPrefix', { problems: prefixOf(dns1035LabelProblems), patternSize: 30 }],
  ['labelValue', { problems: labelValueProblems, patternSize: 40 }],
  ['uri', { problems: uriProblems, patternSize: 1103 }],
  ['uuid', { problems: named('uuid', 'does not match the UUID format'), patternSize: 70 }],
  ['byte', { problems: named('byte', 'invalid base64'), patternSize: 84 }],
  ['date', { problems: named('date', 'invalid date'), patternSize: DATE_TIME_PATTERN }],
  ['datetime', { problems: named('date-time', 'invalid datetime'), patternSize: DATE_TIME_PATTERN }],
])

const find: Implementation = ([name]) => {
  if (typeof name !== 'string') return noSuchOverload()
  const format = FORMATS.get(name)
  return format === undefined ? Optional.none : new Optional(new FormatValue(name, format))
}

const validate: Implementation = ([format, text]) => {
  if (!(format instanceof FormatValue) || typeof text !== 'string') return noSuchOverload()
  const problems = format.format.problems(text)
  return problems.length === 0 ? Optional.none : new Optional(new ArrayList(problems))
}

export const formatFunctions: Record<string, readonly Overload[]> = {
  ...Object.fromEntries(
    [...FORMATS].map(([name, format]) => {
      const value = new FormatValue(name, format)
      return [`format.${name}`, [func([`format.${name}`, [], FORMAT], () => value)]]
    }),
  ),
  'format.named': [func(['format-named', [STRING], optionalOf(FORMAT)], find)],
  validate: [method(['format-validate', [FORMAT, STRING], optionalOf(listOf(STRING))], validate)],
}
