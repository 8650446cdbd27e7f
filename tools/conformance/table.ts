/** docs/conformance.md as text and as outcomes. Pure. */
import { groupOf, shortName } from './catalogue.ts'

/** `passed`, or why not. */
export type Outcome = string
export const PASSED = 'passed'
export const NOT_ATTEMPTED = 'not attempted yet (issue: workloads)'

/** A test and what became of it, a line of the table. */
const LINE = /^\| (?<name>.+?) \| (?<outcome>.+) \|$/
const HEADING = /^## sig-(?<group>\S+):/

const escape = (text: string) => text.replace(/[\\|]/g, '\\$&')
const unescape = (text: string) => text.replace(/\\([\\|])/g, '$1')

/** Outcomes by `group name`, as rendered. */
function parseRows(markdown: string): Map<string, Outcome> {
  const rows = new Map<string, Outcome>()
  let group = ''
  for (const text of markdown.split('\n')) {
    group = HEADING.exec(text)?.groups?.group ?? group
    const { name, outcome } = LINE.exec(text)?.groups ?? {}
    if (group !== '' && name !== undefined && outcome !== undefined) rows.set(`${group} ${name}`, unescape(outcome))
  }
  return rows
}

/** What the table says of each of `tests`; those it does not know are not attempted yet. */
export function parseTable(markdown: string, tests: readonly string[]): Map<string, Outcome> {
  const rows = parseRows(markdown)
  return new Map(tests.map((test) => [test, rows.get(rowKey(test)) ?? NOT_ATTEMPTED]))
}

const rowKey = (test: string) => `${groupOf(test)} ${escape(shortName(test))}`

/** The whole document. */
export function renderTable(outcomes: ReadonlyMap<string, Outcome>): string {
  const groups = Map.groupBy(outcomes, ([test]) => groupOf(test))
  const counts = [...groups].map(([group, rows]) => {
    const passed = rows.filter(([, outcome]) => outcome === PASSED).length
    const attempted = rows.filter(([, outcome]) => outcome !== NOT_ATTEMPTED).length
    return { group, rows, passed, attempted }
  })
  const total = (pick: (count: (typeof counts)[number]) => number) =>
    counts.reduce((sum, count) => sum + pick(count), 0)
  return `${[
    '# Conformance',
    '',
    'The official conformance suite of Kubernetes v1.34 (`k8s.io/kubernetes/test/e2e`) against the embedded engine.',
    'Written by `npm run conformance`; a run of some tests updates their lines. `npm run conformance -- --verify` runs a',
    'fixed part and fails when this table says something else; CI does that.',
    '',
    '| group | tests | passed | failed | not attempted |',
    '|---|--:|--:|--:|--:|',
    ...counts.map(
      ({ group, rows, passed, attempted }) =>
        `| sig-${group} | ${rows.length} | ${passed} | ${attempted - passed} | ${rows.length - attempted} |`,
    ),
    `| all | ${outcomes.size} | ${total(({ passed }) => passed)} | ${total(({ passed, attempted }) => attempted - passed)} | ${total(({ rows, attempted }) => rows.length - attempted)} |`,
    ...counts.flatMap(({ group, rows, passed }) => [
      '',
      `## sig-${group}: ${passed} of ${rows.length}`,
      '',
      '| test | outcome |',
      '|---|---|',
      ...rows.map(([test, outcome]) => `| ${escape(shortName(test))} | ${escape(outcome)} |`),
    ]),
  ].join('\n')}\n`
}
