/** `naru cp`: files to and from a pod of an app. */
import { resolve } from 'node:path'
import { runningPod } from '../app/running-pod.ts'
import { openTarget } from '../app/target.ts'
import type { CommandRun } from '../context.ts'
import { copyDown, copyUp } from '../copy/copy.ts'
import { parseCopy } from '../copy/place.ts'
import { formatBytes } from '../output/text.ts'

export const cp: CommandRun = async (context, { arguments: [from = '', to = ''], options }) => {
  const { t, console, signal } = context
  const { direction, process, remote, local } = parseCopy(from, to)
  await using target = await openTarget(context, options.app)
  const { app, cluster } = target
  const pod = await runningPod(cluster, app, { process, signal })
  const { name, namespace } = pod.metadata
  const container = { cluster, pod, signal }
  const paths = { local: resolve(context.cwd, local), remote }
  const copied = await console.progress.run(t('step.copy', { from, to }), () =>
    direction === 'up' ? copyUp(container, paths) : copyDown(container, paths),
  )
  console.note(t('cp.done', { files: copied.files, size: formatBytes(copied.bytes) }))
  console.document({ app: app.metadata.name, namespace, pod: name, from, to, ...copied })
  return 0
}
