/** `naru add route`: `naru route add`, where people look who have just added a database. */
import type { CommandRun } from '../context.ts'

export const addRoute: CommandRun = async (context, { arguments: [, place], options, lists }) => {
  const { route } = await import('../commands/route.ts')
  return route(context, { arguments: ['add', place], words: [], options, lists })
}
