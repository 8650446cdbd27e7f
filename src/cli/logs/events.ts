/** What has happened to an app, as lines in its output: read from its releases' conditions, from its pods' containers
 *  and from the cluster's Events. Pure; each has a key, by which it is told once however often its object changes. */
import type { k8s, Release } from '../../api/index.ts'
import type { Translate } from '../messages/translate.ts'
import { harmless } from '../output/text.ts'
import type { LogEvent } from './entry.ts'
import { processOf, shortName } from './pod-name.ts'

export type KeyedEvent = LogEvent & { key: string }

/** Deployed, up, failed, withdrawn; its release step done or failed. */
export function releaseEvents(t: Translate, { metadata, spec, status }: Release): KeyedEvent[] {
  const release = `v${spec.number}`
  const of = (type: string, value: string) =>
    status?.conditions?.find((condition) => condition.type === type && condition.status === value)
  const made = {
    key: `${metadata.uid}/made`,
    kind: 'event' as const,
    time: metadata.creationTimestamp ?? '',
    tone: 'neutral' as const,
    reason: 'Deployed',
    release,
    text:
      spec.description === undefined
        ? t('logs.event.deployed', { release })
        : t('logs.event.deployedAs', { release, description: oneLine(spec.description) }),
  }
  const told: [k8s.Condition | undefined, LogEvent['tone'], (message: string) => string][] = [
    [of('StepSucceeded', 'True'), 'good', () => t('logs.event.stepDone', { release })],
    [of('StepSucceeded', 'False'), 'bad', (message) => t('logs.event.failed', { release, message })],
    [of('Ready', 'True'), 'good', () => t('logs.event.up', { release })],
    [of('Ready', 'False'), 'bad', (message) => t('logs.event.failed', { release, message })],
    [of('Withdrawn', 'True'), 'bad', (message) => t('logs.event.withdrawn', { release, message })],
  ]
  return [
    made,
    ...told.flatMap(([condition, tone, say]): KeyedEvent[] => {
      if (condition === undefined) return []
      const { type, reason, message, lastTransitionTime: time } = condition
      const key = `${metadata.uid}/${type}/${condition.status}/${time}`
      return [{ key, kind: 'event', time, tone, reason, release, text: say(oneLine(message)) }]
    }),
  ]
}

/** The end of a container that was not to end, and its start anew. */
export function podEvents(t: Translate, pod: k8s.Pod): KeyedEvent[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return statuses.flatMap((status) => [...endings(t, pod, status), ...restart(t, pod, status)])
}

function endings(t: Translate, pod: k8s.Pod, { name, state, lastState }: k8s.ContainerStatus): KeyedEvent[] {
  const of = about(pod)
  const ends = [lastState?.terminated, state?.terminated].filter((end) => end !== undefined)
  return ends.flatMap((end): KeyedEvent[] => {
    const { reason = 'Error', exitCode, signal, finishedAt, containerID } = end
    const isOutOfMemory = reason === 'OOMKilled'
    // What is asked to end ends with a signal, and what has done its work, with 0.
    const isExpected = exitCode === 0 || pod.metadata.deletionTimestamp !== undefined
    if (isExpected && !isOutOfMemory) return []
    const limit = pod.spec?.containers.find((container) => container.name === name)?.resources?.limits?.memory
    const text = isOutOfMemory
      ? limit === undefined
        ? t('logs.event.outOfMemory', { pod: of.short })
        : t('logs.event.overLimit', { pod: of.short, limit: String(limit) })
      : signal
        ? t('logs.event.signalled', { pod: of.short, signal })
        : t('logs.event.ended', { pod: of.short, code: exitCode })
    const key = `${pod.metadata.uid}/${name}/end/${containerID ?? finishedAt}`
    return [{ key, kind: 'event', time: finishedAt ?? '', tone: 'bad', reason, ...of.labels, text }]
  })
}

function restart(t: Translate, pod: k8s.Pod, { name, restartCount, state }: k8s.ContainerStatus): KeyedEvent[] {
  const time = state?.running?.startedAt
  if (time === undefined || restartCount === 0) return []
  const { short, labels } = about(pod)
  const text = t('logs.event.restarted', { pod: short, count: restartCount })
  const key = `${pod.metadata.uid}/${name}/restart/${restartCount}`
  return [{ key, kind: 'event', time, tone: 'neutral', reason: 'Restarted', ...labels, text }]
}

/** A warning of the cluster about a pod: a failed probe, an image that cannot be had. One that comes again and again is
 *  told the first, second, fourth, eighth time. */
export function warning(t: Translate, pod: k8s.Pod, event: k8s.Event): KeyedEvent[] {
  if (event.type !== 'Warning') return []
  const { short, labels } = about(pod)
  const count = event.series?.count ?? event.count ?? 1
  const time =
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp
  const parameters = { pod: short, message: oneLine(event.message ?? '') }
  const text = count > 1 ? t('logs.event.warnings', { ...parameters, count }) : t('logs.event.warning', parameters)
  const key = `${event.metadata.uid}/${Math.floor(Math.log2(Math.max(1, count)))}`
  return [{ key, kind: 'event', time: time ?? '', tone: 'bad', reason: event.reason ?? 'Warning', ...labels, text }]
}

function about(pod: k8s.Pod) {
  const process = processOf(pod)
  const { name } = pod.metadata
  return { short: shortName(process, name), labels: { process, pod: name } }
}

const oneLine = (text: string): string => harmless(text).replaceAll(/\s+/g, ' ').trim()
