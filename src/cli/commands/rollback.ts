/** `naru rollback`: an earlier release serves again, with the configuration it had. Nothing is built. */
import { toKubernetesTime } from '../../lib/index.ts'
import { listReleases, releaseNumber, releaseOf } from '../app/releases.ts'
import { previousRelease, rolledBackSpec } from '../app/rolled-back.ts'
import { openTarget } from '../app/target.ts'
import { changeApp } from '../cluster/change-app.ts'
import type { CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatDuration } from '../output/text.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

export const rollback: CommandRun = async (context, { words, options }) => {
  const { t, console, clock, signal } = context
  const patienceMs = patience(options.timeout)
  const startMs = clock.now()
  // The app may be left out: `naru rollback v11`.
  const isNumber = words.length === 1 && releaseNumber(words[0]) !== undefined
  const [named, asked] = isNumber ? [undefined, words[0]] : words
  const wanted = releaseNumber(asked)
  if (asked !== undefined && wanted === undefined)
    throw CliError.of('badOptionValue', { option: 'release', value: asked, expected: 'v12' })
  await using target = await openTarget(context, named)
  const { app, cluster } = target
  const { name, namespace } = app.metadata
  const list = await listReleases(cluster, app, signal)
  const release = wanted === undefined ? previousRelease(app, list) : releaseOf(app, list, wanted)
  if (release === undefined) throw CliError.of('noEarlierRelease', { name })
  const deployedAt = toKubernetesTime(clock.now())
  const change = (present: typeof app) => rolledBackSpec(present, release, deployedAt)
  const changed = await changeApp(cluster.client, { namespace, name }, { change, signal })
  const done = await rollOut(context, cluster.client, { app: changed, patienceMs })
  const serving = done.status?.latestRelease ?? release.metadata.name
  console.note(t('rollback.done', { name, release: serving, time: formatDuration(clock.now() - startMs) }))
  if (done.status?.url !== undefined) console.line(done.status.url)
  console.document({
    name,
    namespace,
    release: serving,
    url: done.status?.url,
    seconds: (clock.now() - startMs) / 1000,
  })
  return 0
}
