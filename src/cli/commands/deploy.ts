/** `naru deploy`: a folder becomes an image, the image an App, the App a URL that answers. */
import { toKubernetesTime } from '../../lib/index.ts'
import { isBuilt } from '../../score/index.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import { adoptConfiguration, configurationOf, readConfiguration, variablesOf } from '../configuration/configuration.ts'
import type { CommandRun } from '../context.ts'
import { applyApp } from '../deploy/apply-app.ts'
import { build } from '../deploy/build.ts'
import { imageName } from '../deploy/image-name.ts'
import { deployedSpec } from '../deploy/deployed-spec.ts'
import { appName, checkNamespace, checkSource } from '../deploy/input.ts'
import { ensureEngine } from '../engine/ensure-engine.ts'
import { whileEngineLives } from '../engine/while-engine-lives.ts'
import { bindingsBefore } from '../resources/bind.ts'
import { isolationNote } from '../engine/words.ts'
import { CliError } from '../errors.ts'
import { CONTEXT } from '../kubeconfig/context-name.ts'
import { parsePort } from '../option-values.ts'
import { formatDuration } from '../output/text.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'
import { adoptFiles, applyBeside } from '../score/apply-score.ts'
import { loadScore, renderLoaded } from '../score/load-score.ts'
import { scoredSpec } from '../score/scored-spec.ts'

export const deploy: CommandRun = async (context, { arguments: [folderArgument], options }) => {
  const { t, console, clock, kubeContext } = context
  const startMs = clock.now()
  // All that can be refused is refused before anything is started.
  if (kubeContext !== undefined && kubeContext !== CONTEXT)
    throw CliError.of('contextUnsupported', { command: 'deploy', context: kubeContext })
  const port = parsePort('--port', options.port)
  const patienceMs = patience(options.timeout)
  const namespace = checkNamespace(context.namespace ?? 'default')
  const folder = await checkSource(context.cwd, folderArgument ?? '.')
  const name = await appName(folder, typeof options.name === 'string' ? options.name : undefined)
  const score = await loadScore(folder)
  const rendering = (image: string) => score && renderLoaded(score, { name, namespace, image })
  rendering(imageName({ namespace, name }))

  const { engine } = await ensureEngine(context)
  const needsBuild = score === undefined || isBuilt(score.score.workload)
  const built = needsBuild ? await build(context, { folder, name, namespace, engine }) : undefined
  const rendered = rendering(built?.image ?? '')
  const image = rendered?.app.spec.image ?? built?.image ?? ''
  await using cluster = await openCluster(context)
  const { signal } = context
  const wished = {
    image,
    deployedAt: toKubernetesTime(clock.now()),
    processes: built?.plan.processes,
    releaseCommand: built?.plan.releaseCommand,
    readinessPath: built?.plan.start?.readinessPath,
    port,
    configuration: await configurationBefore(cluster, { namespace, name, signal }),
    bindings: await bindingsBefore(cluster.client, { namespace, name, signal }),
    description: typeof options.message === 'string' ? options.message : undefined,
    withoutTraffic: options.traffic === false,
  }
  const app = await whileEngineLives(engine, context, async (living) => {
    if (rendered !== undefined)
      await applyBeside({ ...context, signal: living }, cluster, { rendered, engine, patienceMs })
    const applied = await applyApp({
      client: cluster.client,
      namespace,
      name,
      change: (present) => {
        const deployed = deployedSpec(present, wished)
        return rendered === undefined ? deployed : scoredSpec(present, deployed, rendered.app.spec)
      },
      annotations: rendered?.app.metadata.annotations,
      signal: living,
    })
    if (wished.configuration !== undefined) await adoptConfiguration(cluster, applied, living)
    await adoptFiles(cluster, applied, living)
    return rollOut({ ...context, signal: living }, cluster.client, { app: applied, patienceMs })
  })

  const url = app.status?.url
  const release = app.status?.latestRelease
  const elapsedMs = clock.now() - startMs
  if (engine.isolation === 'none') console.note(console.errorStyle.warn(isolationNote(context)))
  console.note(t('deploy.done', { name, release: release ?? name, time: formatDuration(elapsedMs) }))
  if (wished.withoutTraffic && app.spec.traffic !== undefined) console.note(t('deploy.noTraffic', { name }))
  if (url !== undefined) console.line(url)
  console.document({
    name,
    namespace,
    release,
    url,
    image,
    layers: built?.layers ?? [],
    seconds: elapsedMs / 1000,
  })
  return 0
}

/** What `naru env` has set for an app that was not deployed before. */
async function configurationBefore(
  { client }: Cluster,
  { namespace, name, signal }: { namespace: string; name: string; signal: AbortSignal },
): Promise<ReturnType<typeof configurationOf> | undefined> {
  const secret = await readConfiguration({ client, namespace }, { name, app: undefined, signal })
  return secret && configurationOf(secret.metadata.name, variablesOf(secret))
}
