/** Whether the priority level that a flow schema names is there, as its status says it. Pure.
 *  Source: k8s.io/apiserver v0.34, pkg/util/flowcontrol/apf_controller.go (presyncFlowSchemaStatus). */
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'

const TYPE = 'Dangling'

/** The condition as it ought to be; undefined when the schema says so already. */
export function danglingCondition(
  { spec, status }: k8s.FlowSchema,
  isLevel: (name: string) => boolean,
  nowMs: number,
): Required<k8s.FlowSchemaCondition> | undefined {
  const level = spec?.priorityLevelConfiguration.name ?? ''
  const wanted = verdict(level, isLevel(level))
  const current = status?.conditions?.find(({ type }) => type === TYPE)
  if (current?.status === wanted.status && current.reason === wanted.reason && current.message === wanted.message)
    return undefined
  return { type: TYPE, ...wanted, lastTransitionTime: toKubernetesTime(nowMs) }
}

function verdict(level: string, isThere: boolean) {
  const reference = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`
  return isThere
    ? { status: 'False', reason: 'Found', message: `${reference} and it exists` }
    : { status: 'True', reason: 'NotFound', message: `${reference} but there is no such object` }
}
