/** `naru releases`: every state of an app that can be gone back to. */
import { listReleases, percentOf, releaseState } from '../app/releases.ts'
import { openTarget } from '../app/target.ts'
import type { CommandRun } from '../context.ts'
import { formatAge, formatTable, harmless } from '../output/text.ts'

export const releases: CommandRun = async (context, { arguments: [name] }) => {
  const { t, console, clock, signal } = context
  await using target = await openTarget(context, name)
  const { app, cluster } = target
  const list = await listReleases(cluster, app, signal)
  const { good, bad, warn, dim } = console.style
  const paint = { serving: good, starting: warn, ready: dim, failed: bad, withdrawn: bad }
  const rows = list.map((release) => {
    const state = releaseState(app, release)
    const percent = percentOf(app, release)
    return [
      `v${release.spec.number}`,
      paint[state](t(`releases.state.${state}`)),
      percent > 0 ? `${percent} %` : '',
      formatAge(clock.now() - Date.parse(release.metadata.creationTimestamp ?? '')),
      harmless(release.spec.description ?? ''),
    ]
  })
  const headings = (['release', 'state', 'traffic', 'age', 'description'] as const).map((column) =>
    t(`releases.column.${column}`),
  )
  console.line(formatTable([headings, ...rows]))
  console.document({
    app: app.metadata.name,
    namespace: app.metadata.namespace,
    releases: list.map((release) => ({
      number: release.spec.number,
      name: release.metadata.name,
      state: releaseState(app, release),
      percent: percentOf(app, release),
      image: release.spec.image,
      description: release.spec.description,
      createdAt: release.metadata.creationTimestamp,
    })),
  })
  return 0
}
