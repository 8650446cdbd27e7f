/** `naru maintenance`: a page in the place of an app, for as long as it is worked on. */
import type { App } from '../../api/index.ts'
import { openTarget } from '../app/target.ts'
import { changeApp } from '../cluster/change-app.ts'
import { untilObserved } from '../cluster/until-observed.ts'
import { actionsOf } from '../command-table/actions.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { parseChoice } from '../option-values.ts'

export const maintenance: CommandRun = async (context, { arguments: [asked], options }) => {
  const action = parseChoice('maintenance', asked, actionsOf('maintenance')) ?? 'show'
  await using target = await openTarget(context, options.app)
  const { cluster, app } = target
  if (action === 'show') {
    tell(context, app)
    return 0
  }
  const message = typeof options.message === 'string' ? options.message : undefined
  // Null takes away the message of before.
  const wished = action === 'off' ? null : { message: message ?? null }
  const change = () => ({ maintenance: wished as App['spec']['maintenance'] | null })
  const changed = await changeApp(cluster.client, app.metadata, { change, signal: context.signal })
  tell(context, await untilObserved(context, cluster, changed))
  return 0
}

function tell({ t, console }: CommandContext, { metadata: { name, namespace }, spec }: App): void {
  const isOn = spec.maintenance !== undefined
  console.line(t(isOn ? 'maintenance.isOn' : 'maintenance.isOff', { name }))
  console.document({ app: name, namespace, maintenance: isOn, message: spec.maintenance?.message })
}
