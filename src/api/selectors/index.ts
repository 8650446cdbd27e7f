export { type FieldRequirement, matchesFields, parseFieldSelector } from './field-selector.ts'
export { labelSelectorMatches, matchesLabels } from './label-match.ts'
export { type LabelOperator, type LabelRequirement, parseLabelSelector } from './label-parser.ts'
export { matchesNodeRequirements, matchesNodeTerm } from './node-selector.ts'
