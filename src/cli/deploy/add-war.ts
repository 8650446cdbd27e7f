/** `naru add tomcat`: an application server is nothing beside an app, as a database is: with a war file it is the app.
 *  So this is a deploy, and the result an app like any other. */
import { BuildError } from '../../builder/index.ts'
import type { CommandRun } from '../context.ts'
import { buildFailure } from './build-failure.ts'
import { findWar } from './find-war.ts'

export const addWar: CommandRun = async (context, input) => {
  const { options } = input
  const source = await findWar(context, input.arguments[1]).catch((error: unknown) => {
    throw error instanceof BuildError ? buildFailure(context, error) : error
  })
  const { deploy } = await import('../commands/deploy.ts')
  return deploy(context, {
    arguments: [source],
    words: [source],
    options: { name: options.as, timeout: options.timeout },
    lists: {},
  })
}
