import type { k8s } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'
import { humanDuration } from '../duration.ts'
import { containerImages, containerNames, labelsText, orNone } from '../words.ts'
import { summarisePod } from './pod-status.ts'

const COMPLETED = {
  Succeeded: 'The pod has completed successfully.',
  Failed: 'The pod failed.',
}

export const podPrinter: Printer<k8s.Pod> = {
  columns: [
    NAME,
    text('Ready', (pod) => {
      const { ready, total } = summarisePod(pod)
      return `${ready}/${total}`
    }),
    text('Status', (pod) => summarisePod(pod).reason),
    text('Restarts', (pod, { now }) => {
      const { restarts, lastRestart } = summarisePod(pod)
      return restarts === 0 || lastRestart === undefined
        ? String(restarts)
        : `${restarts} (${humanDuration(now - lastRestart)} ago)`
    }),
    AGE,
    wide(text('IP', ({ status }) => orNone(status?.podIPs?.[0]?.ip ?? status?.podIP))),
    wide(text('Node', ({ spec }) => orNone(spec?.nodeName))),
    wide(text('Nominated Node', ({ status }) => orNone(status?.nominatedNodeName))),
    wide(text('Readiness Gates', readinessGates)),
  ],
  conditions: ({ status }) => {
    const phase = status?.phase
    if (phase !== 'Succeeded' && phase !== 'Failed') return []
    return [{ type: 'Completed', status: 'True', reason: phase, message: COMPLETED[phase] }]
  },
}

function readinessGates({ spec, status }: k8s.Pod): string {
  const gates = spec?.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const holds = gates.filter((gate) =>
    status?.conditions?.some((one) => one.type === gate.conditionType && one.status === 'True'),
  )
  return `${holds.length}/${gates.length}`
}

export const podTemplatePrinter: Printer<k8s.PodTemplate> = {
  columns: [
    NAME,
    text('Containers', ({ template }) => containerNames(template?.spec)),
    text('Images', ({ template }) => containerImages(template?.spec)),
    text('Pod Labels', ({ template }) => labelsText(template?.metadata?.labels)),
  ],
}
