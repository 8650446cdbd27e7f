/** `naru render`: the objects of a folder, as they would be applied; nothing is. */
import { stringify } from 'yaml'
import { type App, apiVersionOf, apps, type KubeObject } from '../../api/index.ts'
import { previewObjects } from '../../apps/index.ts'
import { type BuildPlan, BuildError, planSource } from '../../builder/index.ts'
import { specOf, type SpecPatch } from '../cluster/change-app.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { buildFailure } from '../deploy/build-failure.ts'
import { deployedSpec } from '../deploy/deployed-spec.ts'
import { imageName } from '../deploy/image-name.ts'
import { appName, checkNamespace, checkSource } from '../deploy/input.ts'
import { isBuilt, previewSecretFiles } from '../../score/index.ts'
import { loadScore, renderLoaded } from '../score/load-score.ts'
import { scoredSpec } from '../score/scored-spec.ts'

export const render: CommandRun = async (context, { arguments: [folderArgument], options }) => {
  const { console } = context
  const namespace = checkNamespace(context.namespace ?? 'default')
  const folder = await checkSource(context.cwd, folderArgument ?? '.')
  const name = await appName(folder, typeof options.name === 'string' ? options.name : undefined)
  const image = imageName({ namespace, name })
  const score = await loadScore(folder)
  const rendered = score && renderLoaded(score, { name, namespace, image })
  const needsBuild = score === undefined || isBuilt(score.score.workload)
  const planned = await plannedSpec(context, { folder: needsBuild ? folder : undefined, image })
  const { deployedAt: _, ...spec } = specOf(
    rendered === undefined ? planned : scoredSpec(undefined, planned, rendered.app.spec),
  )
  const metadata = rendered?.app.metadata ?? { name, namespace }
  const app: App = { apiVersion: apiVersionOf(apps), kind: apps.kind, metadata, spec }
  const objects: KubeObject[] = [
    ...(rendered?.files ? [rendered.files] : []),
    ...(rendered?.secretFiles ? [previewSecretFiles(rendered.secretFiles)] : []),
    ...(rendered?.resources ?? []),
    app,
    ...(options.objects === true ? previewObjects(app) : []),
  ]
  // Parts that are the same are written out each time: people read it, and other tools.
  const documents = objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
  console.line(documents.join('---\n').trimEnd())
  console.document({ apiVersion: 'v1', kind: 'List', items: objects })
  return 0
}

/** What a first deploy makes of the folder; undefined when it is not built. */
async function plannedSpec(
  context: CommandContext,
  { folder, image }: { folder: string | undefined; image: string },
): Promise<SpecPatch> {
  const { processes, releaseCommand, start } = await plan(context, folder)
  return deployedSpec(undefined, {
    image,
    deployedAt: '',
    processes,
    releaseCommand,
    readinessPath: start?.readinessPath,
  })
}

async function plan(
  context: CommandContext,
  folder: string | undefined,
): Promise<Partial<Pick<BuildPlan, 'processes' | 'releaseCommand' | 'start'>>> {
  if (folder === undefined) return {}
  try {
    return await planSource(folder, context.signal)
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof BuildError) throw buildFailure(context, error)
    throw error
  }
}
