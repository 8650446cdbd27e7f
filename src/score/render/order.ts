/** In which order the containers of a workload begin: those that others wait for, each before what waits for it, then the
 *  others together. Source: github.com/score-spec/spec, issue 104 (`before`). */
import type { AppSidecarBefore } from '../../api/index.ts'
import type { ScoreContainer } from '../workload.ts'
import type { RenderContext } from './context.ts'

export interface ContainerOrder {
  /** The first that nobody waits for: the app's own. */
  own: string
  /** All others. */
  beside: { name: string; before?: AppSidecarBefore }[]
}

/** Where several wait for one, for different things, the last of them counts. */
const STRENGTH = ['started', 'healthy', 'complete'] as const satisfies AppSidecarBefore[]

export function orderContainers(context: RenderContext): ContainerOrder {
  const { containers } = context.workload
  const names = Object.keys(containers)
  checkNames(context, containers)
  const targetsOf = (name: string) => Object.keys(containers[name]?.before ?? {})
  const awaited = names.filter((name) => targetsOf(name).length > 0)
  const [own, ...others] = names.filter((name) => targetsOf(name).length === 0)
  const first: string[] = []
  while (first.length < awaited.length) {
    const left = awaited.filter((name) => !first.includes(name))
    // One that no other is before.
    const next = left.find((name) => !left.some((other) => other !== name && targetsOf(other).includes(name)))
    if (next === undefined) {
      for (const name of left) context.complain(['containers', name, 'before'], 'goes round in a circle')
      break
    }
    first.push(next)
  }
  return {
    own: own ?? names[0] ?? '',
    beside: [
      ...first.map((name) => ({ name, before: readyOf(context, name, containers[name]) })),
      ...others.map((name) => ({ name })),
    ],
  }
}

function checkNames(context: RenderContext, containers: Readonly<Record<string, ScoreContainer>>): void {
  for (const [name, { before = {} }] of Object.entries(containers))
    for (const target of Object.keys(before)) {
      const path = ['containers', name, 'before', target]
      if (target === name) context.complain(path, 'is the container itself')
      else if (!Object.hasOwn(containers, target)) context.complain(path, 'names no container')
    }
}

function readyOf(context: RenderContext, name: string, container: ScoreContainer | undefined): AppSidecarBefore {
  const { before = {}, readinessProbe, livenessProbe } = container ?? {}
  const wished = Object.values(before).map(({ ready }) => ready)
  const ready = STRENGTH.findLast((each) => wished.includes(each)) ?? 'started'
  const at = ['containers', name]
  if (ready === 'healthy' && readinessProbe === undefined)
    context.complain([...at, 'before'], 'waits until it is healthy, but it has no readinessProbe to say so')
  if (ready === 'complete' && (readinessProbe ?? livenessProbe) !== undefined)
    context.complain([...at, 'before'], 'waits until it is complete, and what comes to its end has no probes')
  return ready
}
