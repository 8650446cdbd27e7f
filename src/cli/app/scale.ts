/** How people say how many there shall be: `web=3`, `worker=0`, `web=2..5` for an autoscaler. Pure. */
import { type App, type AppProcess, WEB_PROCESS } from '../../api/index.ts'
import { CliError } from '../errors.ts'

export type Size = { replicas: number } | { least: number; most: number }

const EXPECTED = 'web=3, web=2..5'
/** What an autoscaled process asks for when nothing else was said: percentages need something to be of. */
const DEFAULT_CPU_REQUEST = '100m'

/** By process. Throws CliError `badOptionValue`. */
export function parseSizes(words: readonly string[]): Map<string, Size> {
  return new Map(words.map(parseSize))
}

function parseSize(word: string): [string, Size] {
  const [, name = '', least = '', most] = /^([a-z0-9-]+)=(\d{1,4})(?:\.\.(\d{1,4}))?$/.exec(word) ?? []
  const isRange = most !== undefined
  if (name === '' || (isRange && (Number(least) < 1 || Number(most) < Number(least))))
    throw CliError.of('badOptionValue', { option: 'scale', value: word, expected: EXPECTED })
  return [name, isRange ? { least: Number(least), most: Number(most) } : { replicas: Number(least) }]
}

/** Throws CliError `processUnknown`, `processUnknownNone`. */
export function scaledProcesses(
  app: App,
  sizes: ReadonlyMap<string, Size>,
  cpuPercent: number | undefined,
): AppProcess[] {
  const present = app.spec.processes ?? [{ name: WEB_PROCESS }]
  const known = present.filter(({ schedule }) => schedule === undefined).map((process) => process.name)
  for (const process of sizes.keys()) checkProcess(known, { name: app.metadata.name, process })
  return present.map((process) => {
    const size = sizes.get(process.name)
    return size === undefined ? process : scaled(process, size, cpuPercent)
  })
}

function checkProcess(known: readonly string[], wished: { name: string; process: string }): void {
  if (known.length === 0) throw CliError.of('processUnknownNone', wished)
  if (!known.includes(wished.process)) throw CliError.of('processUnknown', { ...wished, known: known.join(', ') })
}

function scaled(
  { replicas: _replicas, autoscaling: _autoscaling, ...process }: AppProcess,
  size: Size,
  cpuPercent?: number,
): AppProcess {
  if ('replicas' in size) return { ...process, replicas: size.replicas }
  const { requests, limits } = process.resources ?? {}
  const needsRequest = requests?.cpu === undefined && limits?.cpu === undefined
  return {
    ...process,
    autoscaling: {
      minReplicas: size.least,
      maxReplicas: size.most,
      ...(cpuPercent !== undefined && { targetCpuPercent: cpuPercent }),
    },
    ...(needsRequest && { resources: { ...process.resources, requests: { ...requests, cpu: DEFAULT_CPU_REQUEST } } }),
  }
}
