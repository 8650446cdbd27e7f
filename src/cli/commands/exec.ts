/** `naru exec`: a command in a pod of an app that runs already. */
import { runningPod } from '../app/running-pod.ts'
import { openTarget } from '../app/target.ts'
import type { CommandRun } from '../context.ts'
import { hasTerminal, runInPod } from '../run/run-in-pod.ts'

const SHELL = ['/bin/sh']

export const exec: CommandRun = async (context, { words, options }) => {
  await using target = await openTarget(context, options.app)
  const { app, cluster } = target
  const pod = await runningPod(cluster, app, { process: options.process, signal: context.signal })
  return runInPod(context, cluster, {
    pod: pod.metadata,
    container: pod.spec?.containers[0]?.name ?? '',
    command: words.length > 0 ? words : SHELL,
    tty: hasTerminal(context),
  })
}
