/** `naru scale`: how many of each process there are. */
import { openTarget } from '../app/target.ts'
import { parseSizes, scaledProcesses } from '../app/scale.ts'
import { changeApp } from '../cluster/change-app.ts'
import type { CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { parseInteger } from '../option-values.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

export const scale: CommandRun = async (context, { words, options }) => {
  const { t, console, signal } = context
  const patienceMs = patience(options.timeout)
  const cpuPercent = parseInteger('--cpu', options.cpu, { minimum: 1, maximum: 1000 })
  const [first] = words
  const named = first === undefined || first.includes('=') ? undefined : first
  const sizes = parseSizes(words.slice(named === undefined ? 0 : 1))
  if (sizes.size === 0)
    throw CliError.of('missingArgument', { argument: 'process=count', command: 'scale', usage: 'naru scale web=3' })
  await using target = await openTarget(context, named)
  const { cluster } = target
  const change = (app: typeof target.app) => ({ processes: scaledProcesses(app, sizes, cpuPercent) })
  const app = await changeApp(cluster.client, target.app.metadata, { change, signal })
  await rollOut(context, cluster.client, { app, patienceMs })
  const { name, namespace } = app.metadata
  const asked = [...sizes].map(([process, size]) =>
    'replicas' in size ? `${process}=${size.replicas}` : `${process}=${size.least}..${size.most}`,
  )
  console.line(t('scale.done', { name, sizes: asked.join(' ') }))
  console.document({ name, namespace, processes: app.spec.processes })
  return 0
}
