export { findBinary } from './binaries.ts'
export {
  choosePreferredRuntime,
  RUNTIME_OBSTACLES,
  type RuntimeChoice,
  type RuntimeName,
  type RuntimeObstacle,
} from './choose-runtime.ts'
export { type CommandOutcome, type RunCommand, runCommand } from './command.ts'
export { BINARIES, type Binary, type BinaryName, type CgroupMode, type HostFacts, type Probe } from './facts.ts'
export { type InspectOptions, inspectHost } from './inspect-host.ts'
export { listeningPorts } from './listening-ports.ts'
