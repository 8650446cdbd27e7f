/** The names of a custom kind. */
import { dns1035LabelProblems } from '../../../formats/index.ts'
import type { CustomResourceDefinitionNames } from '../../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../../field-error.ts'

export function nameErrors(names: Partial<CustomResourceDefinitionNames>, path: string): FieldError[] {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names
  return [
    ...label(plural, `${path}.plural`),
    ...label(singular, `${path}.singular`),
    ...mixedCase(kind, `${path}.kind`),
    ...mixedCase(listKind, `${path}.listKind`),
    ...shortNames.flatMap((name, index) => label(name, `${path}.shortNames[${index}]`, true)),
    ...(kind && kind === listKind
      ? [invalidValue(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, index) => label(name, `${path}.categories[${index}]`, true)),
  ]
}

export const missingNames = (names: CustomResourceDefinitionNames, path: string): FieldError[] =>
  (['plural', 'singular', 'kind', 'listKind'] as const)
    .filter((name) => !names[name])
    .map((name) => required(`${path}.${name}`))

function label(name: string | undefined, field: string, evenEmpty = false): FieldError[] {
  const problems = name || evenEmpty ? dns1035LabelProblems(name ?? '') : []
  return problems.length === 0 ? [] : [invalidValue(field, name, problems.join(','))]
}

function mixedCase(name: string | undefined, field: string): FieldError[] {
  const problems = name ? dns1035LabelProblems(name.toLowerCase()) : []
  if (problems.length === 0) return []
  return [invalidValue(field, name, `may have mixed case, but should otherwise match: ${problems.join(',')}`)]
}
