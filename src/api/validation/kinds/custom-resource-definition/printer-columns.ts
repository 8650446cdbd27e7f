/** The columns that `kubectl get` shows of a custom kind. */
import type { CustomResourceDefinitionVersion } from '../../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../../field-error.ts'
import { simplePathErrors } from './simple-path.ts'

const TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const oneOf = (words: readonly string[]) => `must be one of ${words.join(',')}`

export function columnErrors(version: CustomResourceDefinitionVersion, path: string): FieldError[] {
  return (version.additionalPrinterColumns ?? []).flatMap(({ name, type, format, jsonPath }, index) => {
    const at = `${path}[${index}]`
    const errors: FieldError[] = []
    if (!name) errors.push(required(`${at}.name`))
    if (!type) errors.push(required(`${at}.type`, oneOf(TYPES)))
    else if (!TYPES.includes(type)) errors.push(invalidValue(`${at}.type`, type, oneOf(TYPES)))
    if (format && !FORMATS.includes(format)) errors.push(invalidValue(`${at}.format`, format, oneOf(FORMATS)))
    if (!jsonPath) errors.push(required(`${at}.JSONPath`))
    else errors.push(...simplePathErrors(jsonPath, `${at}.JSONPath`))
    return errors
  })
}
