/** `naru trust`: programs and browsers of this machine believe the certificates that Naru makes for apps; `--remove`:
 *  no longer. */
import type { CommandContext, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { readAuthority } from '../trust/authority.ts'
import { runProgram } from '../trust/run-program.ts'
import { addTrust, removeTrust, type TrustOptions } from '../trust/trust.ts'

export const trust: CommandRun = async (context, { options }) => {
  const { t, console, paths } = context
  const authority = await readAuthority(paths)
  if (options.remove === true) {
    const removed = await removeTrust(authority, trustOptions(context))
    for (const name of removed) console.line(t('trust.removedFrom', { name }))
    if (removed.length === 0) console.line(t('trust.wasNot'))
    console.document({ trusted: false, removed })
    return 0
  }
  if (authority === undefined) throw CliError.of('trustNoAuthority')
  const trusted = await addTrust(authority, trustOptions(context))
  console.line(t('trust.system', { path: trusted.system }))
  if (trusted.browsers.length > 0) console.line(t('trust.browsers', { databases: trusted.browsers.join(', ') }))
  if (trusted.certutilMissing) console.note(t('trust.certutilMissing'))
  console.note(t('trust.others', { path: authority.path }))
  console.document({ trusted: true, authority: authority.path, ...trusted })
  return 0
}

export const trustOptions = ({ env }: CommandContext): TrustOptions => ({
  home: env.HOME,
  run: runProgram(env),
  isRoot: process.getuid?.() === 0,
})
