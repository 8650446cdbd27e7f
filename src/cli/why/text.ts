/** What `naru why` says to people. */
import { type k8s, keyOf } from '../../api/index.ts'
import { type Explanation, type NodeVerdict, SCHEDULER_NAME } from '../../scheduler/index.ts'
import type { CommandContext } from '../context.ts'
import { formatTable, harmless } from '../output/text.ts'

export function whyText(context: CommandContext, pod: k8s.Pod, explanation: Explanation): string {
  const { nodes } = explanation
  const refusing = nodes.filter(({ refusals }) => refusals.length > 0)
  const fitting = nodes.filter(({ score }) => score !== undefined)
  return [
    [...summary(context, pod, explanation), context.console.style.dim(context.t('why.present'))].join('\n'),
    ...(refusing.length === 0 ? [] : [refusalTable(context, refusing)]),
    ...(fitting.length === 0 ? [] : [scoreTable(context, pod, fitting)]),
    ...outcome(context, explanation),
  ].join('\n\n')
}

function summary({ t, console }: CommandContext, pod: k8s.Pod, { nodes }: Explanation): string[] {
  const { good, warn, bad } = console.style
  const key = keyOf(pod)
  const { nodeName, schedulerName = SCHEDULER_NAME, schedulingGates = [] } = pod.spec
  const lines: string[] = []
  if (nodeName) lines.push(good(t('why.placed', { pod: key, node: nodeName })))
  else if (schedulingGates.length > 0)
    lines.push(warn(t('why.gated', { pod: key, gates: schedulingGates.map(({ name }) => name).join(', ') })))
  else if (pod.metadata.deletionTimestamp !== undefined) lines.push(warn(t('why.leaving', { pod: key })))
  else if (nodes.length === 0) lines.push(bad(t('why.noNodes', { pod: key })))
  else if (nodes.some(({ score }) => score !== undefined)) lines.push(warn(t('why.waiting', { pod: key })))
  else lines.push(bad(t('why.refused', { pod: key })))
  if (schedulerName !== SCHEDULER_NAME) lines.push(warn(t('why.otherScheduler', { scheduler: schedulerName })))
  const own = nodes.find(({ node }) => node === nodeName)
  if (nodeName && own === undefined) lines.push(warn(t('why.nodeGone', { node: nodeName })))
  else if (own !== undefined && own.score === undefined) lines.push(warn(t('why.wouldRefuse', { node: own.node })))
  return lines
}

function refusalTable({ t, console: { style } }: CommandContext, nodes: readonly NodeVerdict[]): string {
  const header = [t('why.column.node'), t('why.column.filter'), t('why.column.reason')]
  const rows = nodes.flatMap(({ node, refusals }) =>
    refusals.map(({ plugin, reasons }, at) => [at === 0 ? node : '', style.bad(plugin), harmless(reasons.join(', '))]),
  )
  return formatTable([header.map((title) => style.dim(title)), ...rows])
}

/** One line per node and plugin that said anything of any node, then the node's total. */
function scoreTable(context: CommandContext, pod: k8s.Pod, nodes: readonly NodeVerdict[]): string {
  const { t, console } = context
  const { good, dim, accent } = console.style
  const header = [
    t('why.column.node'),
    t('why.column.plugin'),
    t('why.column.raw'),
    t('why.column.normalized'),
    t('why.column.weight'),
    t('why.column.score'),
  ]
  const rows = nodes.flatMap(({ node, score }) => {
    const name = node === pod.spec.nodeName ? good(node) : node
    const lines = (score?.plugins ?? []).map(({ plugin, raw, normalized, weight }) => [
      plugin,
      String(raw),
      String(normalized),
      `×${weight}`,
      String(weight * normalized),
    ])
    const total = [t('why.total'), '', '', '', accent(String(score?.total ?? 0))]
    return [...lines, total].map((line, at) => [at === 0 ? name : '', ...line])
  })
  const table = formatTable([header.map((title) => dim(title)), ...rows])
  return nodes.length === 1 ? `${table}\n${dim(t('why.onlyOne'))}` : table
}

function outcome({ t, console }: CommandContext, { message, preemption }: Explanation): string[] {
  if (message === undefined) return []
  const lines = [t('why.message', { message: harmless(message) })]
  if (preemption?.outcome === 'room') {
    const pods = preemption.victims.map((victim) => keyOf(victim)).join(', ')
    lines.push(console.style.warn(t('why.preemption', { node: preemption.node, pods })))
  }
  return [lines.join('\n')]
}
