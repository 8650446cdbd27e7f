/** `naru add route`: `naru route add`, where people look who have just added a database. */
import type { CommandRun } from '../context.ts'
import { refuseOptions } from '../resources/refuse-options.ts'

/** Options of `naru add` that a route does not have. */
const UNFIT = { as: '--as', class: '--class', image: '--image', timeout: '--timeout' }

export const addRoute: CommandRun = async (context, input) => {
  refuseOptions(input, { type: 'route', flags: UNFIT })
  const { route } = await import('../commands/route.ts')
  const place = input.arguments.slice(1)
  return route(context, { arguments: ['add', ...place], words: [], options: { app: input.options.app }, lists: {} })
}
