import { dnsLabelProblems } from '../../formats/index.ts'

/** Of a label that must be there: that it is missing is the schema's to say. */
export const labelProblems = (label: string | undefined): string[] =>
  label === undefined ? [] : dnsLabelProblems(label)
