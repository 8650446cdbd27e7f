/** The node and its pods at one moment, with rates over the time since the sample before. Pure. */
import type { Container, PodIdentity, Sandbox } from '../runtime/runtime.ts'
import type { ContainerUsage, GroupUsage, InterfaceUsage, RuntimeUsage } from '../runtime/usage.ts'
import type { MachineUsage } from './machine-usage.ts'

export interface ContainerSample {
  id: string
  name: string
  image: string
  startedAtMs: number
  usage: ContainerUsage
  /** Over the window; missing where there is nothing to compare with. */
  nanoCores?: number
}

export interface PodSample {
  pod: PodIdentity
  sandboxId: string
  startedAtMs: number
  usage: GroupUsage
  nanoCores?: number
  interfaces: InterfaceUsage[]
  /** By name. */
  containers: ContainerSample[]
}

export interface NodeSample {
  atMs: number
  machine: MachineUsage
  nanoCores?: number
  /** By namespace and name. */
  pods: PodSample[]
}

/** What does not change while a container runs. */
export interface ContainerFacts {
  image: string
  startedAtMs: number
}

export interface Observation {
  atMs: number
  machine: MachineUsage
  usage: RuntimeUsage
  containers: readonly Container[]
  sandboxes: readonly Sandbox[]
  /** By container id. */
  facts: ReadonlyMap<string, ContainerFacts>
}

const NANOS_PER_MS = 1_000_000
/** A rate over less says little. */
const MIN_WINDOW_MS = 1_000

interface Counted {
  usageNanos: number
  atMs: number
}

/** Without a sample before, from the start of what is counted. */
function rate(now: Counted, before: Counted | undefined, startedAtMs: number): { nanoCores?: number } {
  const since =
    before !== undefined && before.usageNanos <= now.usageNanos ? before : { usageNanos: 0, atMs: startedAtMs }
  const windowMs = now.atMs - since.atMs
  if (since.atMs === 0 || windowMs < MIN_WINDOW_MS) return {}
  return { nanoCores: Math.round(((now.usageNanos - since.usageNanos) / (windowMs * NANOS_PER_MS)) * 1e9) }
}

function sum(usages: readonly GroupUsage[]): GroupUsage {
  const total = (read: (usage: GroupUsage) => number | undefined) =>
    usages.reduce((all, usage) => all + (read(usage) ?? 0), 0)
  return {
    cpu: { usageNanos: total(({ cpu }) => cpu.usageNanos) },
    memory: {
      usageBytes: total(({ memory }) => memory.usageBytes),
      workingSetBytes: total(({ memory }) => memory.workingSetBytes),
      rssBytes: total(({ memory }) => memory.rssBytes),
      pageFaults: total(({ memory }) => memory.pageFaults),
      majorPageFaults: total(({ memory }) => memory.majorPageFaults),
    },
    processes: total(({ processes }) => processes),
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

/** `before`: a sample of an earlier moment. */
export function sampleOf(observation: Observation, before: NodeSample | undefined): NodeSample {
  const { atMs, machine } = observation
  const pods = observation.sandboxes
    .filter(({ state }) => state === 'ready')
    .map((sandbox) => podSample(observation, sandbox, before))
    .filter((pod) => pod !== undefined)
  const nodeBefore = before && { usageNanos: before.machine.cpu.usageNanos, atMs: before.atMs }
  return {
    atMs,
    machine,
    // Since it was booted says nothing of now.
    ...(nodeBefore && rate({ usageNanos: machine.cpu.usageNanos, atMs }, nodeBefore, 0)),
    pods: pods.toSorted((a, b) => compare(nameOf(a), nameOf(b))),
  }
}

const nameOf = ({ pod }: PodSample) => `${pod.namespace}/${pod.name}/${pod.uid}`

function podSample(
  { atMs, usage, containers, facts }: Observation,
  sandbox: Sandbox,
  before: NodeSample | undefined,
): PodSample | undefined {
  const own = usage.sandboxes.find(({ id }) => id === sandbox.id)
  const podBefore = before?.pods.find(({ sandboxId }) => sandboxId === sandbox.id)
  const samples = usage.containers
    .filter(({ sandboxId }) => sandboxId === sandbox.id)
    .flatMap((used): ContainerSample[] => {
      const container = containers.find(({ id }) => id === used.id)
      if (container === undefined) return []
      const { image, startedAtMs } = facts.get(used.id) ?? { image: '', startedAtMs: container.createdAtMs }
      const last = podBefore?.containers.find(({ id }) => id === used.id)
      const counted = last && { usageNanos: last.usage.cpu.usageNanos, atMs: before?.atMs ?? 0 }
      const now = { usageNanos: used.cpu.usageNanos, atMs }
      return [
        { id: used.id, name: container.name, image, startedAtMs, usage: used, ...rate(now, counted, startedAtMs) },
      ]
    })
    .toSorted((a, b) => compare(a.name, b.name))
  if (own === undefined && samples.length === 0) return undefined
  const podUsage = own?.pod ?? sum(samples.map((sample) => sample.usage))
  const counted = podBefore && { usageNanos: podBefore.usage.cpu.usageNanos, atMs: before?.atMs ?? 0 }
  return {
    pod: sandbox.pod,
    sandboxId: sandbox.id,
    startedAtMs: sandbox.createdAtMs,
    usage: podUsage,
    ...rate({ usageNanos: podUsage.cpu.usageNanos, atMs }, counted, sandbox.createdAtMs),
    interfaces: own?.interfaces ?? [],
    containers: samples,
  }
}
