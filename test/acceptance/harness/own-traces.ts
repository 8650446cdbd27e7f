/** A machine may have other engines on it, each with a control group of its own. */
import { cgroupRootOf } from '../../../src/kubelet/containerd/paths.ts'

/** Of what `machineTraces` found, what is not another engine's than that with this state folder. Pure. */
export function withoutOtherEngines(traces: readonly string[], stateDir: string): string[] {
  const own = cgroupRootOf(stateDir)
  const engineOf = (trace: string) => /^cgroup .*?(\/naru\/[0-9a-f]{12})(\/|$)/.exec(trace)?.[1]
  const isOther = (trace: string) => ![undefined, own].includes(engineOf(trace))
  const shared = new Set(traces.filter(isOther).map((trace) => `${/^(.*?\/naru)\//.exec(trace)?.[1]}`))
  return traces.filter((trace) => !isOther(trace) && !shared.has(trace))
}
