/** Ginkgo's JSON report as outcomes. Pure. Source: github.com/onsi/ginkgo/v2/types, Report. */
import { stableReason } from './reason.ts'
import { type Outcome, PASSED } from './table.ts'

interface SpecReport {
  ContainerHierarchyTexts: string[] | null
  LeafNodeText: string
  LeafNodeType: string
  State: 'passed' | 'failed' | 'skipped' | 'pending' | 'panicked' | 'interrupted' | 'aborted' | 'timedout'
  /** Nanoseconds. */
  RunTime: number
  Failure?: { Message?: string; ForwardedPanic?: string }
}

interface SuiteReport {
  SpecReports: SpecReport[] | null
}

export interface ReportedTest {
  test: string
  outcome: Outcome
  seconds: number
}

/** Outcomes of those of `tests` that ran. */
export function parseReport(json: string, tests: ReadonlySet<string>): ReportedTest[] {
  const suites = JSON.parse(json) as SuiteReport[]
  return suites
    .flatMap(({ SpecReports }) => SpecReports ?? [])
    .filter(({ LeafNodeType }) => LeafNodeType === 'It')
    .map((spec) => ({ spec, test: [...(spec.ContainerHierarchyTexts ?? []), spec.LeafNodeText].join(' ') }))
    .filter(({ spec, test }) => tests.has(test) && !wasLeftOut(spec))
    .map(({ spec, test }) => ({ test, outcome: outcomeOf(spec), seconds: spec.RunTime / 1e9 }))
}

/** Not focused on; a test that skips itself says why. */
const wasLeftOut = ({ State, Failure }: SpecReport) => State === 'skipped' && !Failure?.Message

function outcomeOf({ State, Failure }: SpecReport): Outcome {
  if (State === 'passed') return PASSED
  const reason = stableReason(Failure?.ForwardedPanic || Failure?.Message || State)
  return State === 'failed' ? reason : `${State}: ${reason}`
}
