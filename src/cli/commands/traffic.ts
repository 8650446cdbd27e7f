/** `naru traffic`: who answers, and how much of it. */
import type { App } from '../../api/index.ts'
import { openTarget } from '../app/target.ts'
import { isDefault, parseTraffic } from '../app/traffic.ts'
import { noteRefusedHosts } from '../cluster/apps.ts'
import { changeApp } from '../cluster/change-app.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { formatTable } from '../output/text.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

export const traffic: CommandRun = async (context, { words, options }) => {
  const { signal } = context
  const patienceMs = patience(options.timeout)
  const [first] = words
  const named = first === undefined || first.includes('=') ? undefined : first
  const asked = words.slice(named === undefined ? 0 : 1)
  const targets = asked.length === 0 ? undefined : parseTraffic(asked)
  await using target = await openTarget(context, named)
  const { app, cluster } = target
  if (targets === undefined) {
    show(context, app)
    return 0
  }
  const change = () => ({ traffic: isDefault(targets) ? null : targets })
  const changed = await changeApp(cluster.client, app.metadata, { change, signal })
  show(context, await rollOut(context, cluster.client, { app: changed, patienceMs }))
  return 0
}

function show({ t, console }: CommandContext, app: App): void {
  const { metadata, status } = app
  const shares = status?.traffic ?? []
  const rows = shares.map(({ number, percent, tag, url }) => [
    `v${number}`,
    `${percent} %`,
    tag ?? '',
    url ?? (percent > 0 ? (status?.url ?? '') : ''),
  ])
  const headings = (['release', 'traffic', 'tag', 'url'] as const).map((column) => t(`traffic.column.${column}`))
  console.line(formatTable([headings, ...rows]))
  noteRefusedHosts(console, app)
  console.document({ app: metadata.name, namespace: metadata.namespace, traffic: shares })
}
