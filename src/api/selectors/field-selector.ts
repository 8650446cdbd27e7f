/** Field selectors as in query parameters: `status.phase!=Running,spec.nodeName=a`.
 *  Grammar and wording: k8s.io/apimachinery v0.34, pkg/fields/selector.go. */
import type { KubeObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import { apiError } from '../status.ts'
import { type CustomFields, fieldReader } from './selectable-fields.ts'

export interface FieldRequirement {
  /** `status.phase` */
  field: string
  operator: '=' | '!='
  value: string
}

/** Throws ApiError BadRequest for what does not parse. Whether a kind has the fields is `matchesFields`' business. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return splitTerms(text)
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
      if (match === null) throw apiError('BadRequest', `invalid selector: '${text}'; can't understand '${term}'`)
      const [, field = '', operator = '', value = ''] = match
      return { field, operator: operator === '!=' ? '!=' : '=', value: unescape(value) }
    })
}

/** At commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const terms = ['']
  for (const [piece] of text.matchAll(/\\.|[^\\]|\\$/gs)) {
    if (piece === ',') terms.push('')
    else terms[terms.length - 1] += piece
  }
  return terms
}

function unescape(value: string): string {
  return value.replaceAll(/\\(.?)|[=,]/gs, (piece, escaped: string | undefined) => {
    if (escaped === '\\' || escaped === ',' || escaped === '=') return escaped
    throw apiError('BadRequest', `invalid field selector value '${value}': unescaped or unknown '${piece}'`)
  })
}

/** Throws ApiError BadRequest for a field that objects of this kind cannot be selected by. */
export function matchesFields(
  resource: Pick<Resource, 'group' | 'version' | 'kind'>,
  requirements: readonly FieldRequirement[],
  object: KubeObject,
  custom?: CustomFields,
): boolean {
  return requirements.every(({ field, operator, value }) => {
    const equal = fieldReader(resource, field, custom)(object) === value
    return operator === '=' ? equal : !equal
  })
}
