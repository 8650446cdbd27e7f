/** The real helm, built from tools/go, against one installation and the charts of test/acceptance/charts. */
import { join } from 'node:path'
import { buildGoTool } from '../../../tools/go/build.ts'
import { type CommandResult, mustRun, runCommand } from './command.ts'
import { type Installation, repository } from './installation.ts'

export interface Revision {
  revision: number
  status: string
  description: string
}

export interface Helm {
  /** Throws unless it exits 0; gives stdout. */
  must(...args: string[]): Promise<string>
  run(...args: string[]): Promise<CommandResult>
  /** What helm says when it refuses; throws when it does not refuse. */
  refusal(...args: string[]): Promise<string>
  /** `helm history`, oldest first. */
  history(release: string, ...args: string[]): Promise<Revision[]>
}

export async function openHelm(naru: Installation): Promise<Helm> {
  const helm = await buildGoTool('helm', (line) => process.stderr.write(`${line}\n`))
  const options = {
    env: { ...naru.env, HELM_KUBECONTEXT: 'naru' },
    cwd: join(repository, 'test/acceptance/charts'),
  }
  const must = (...args: string[]) => mustRun(helm, args, options)
  const run = (...args: string[]) => runCommand(helm, args, options)
  return {
    must,
    run,
    async refusal(...args) {
      const { code, stdout, stderr } = await run(...args)
      if (code === 0) throw new Error(`helm ${args.join(' ')} was not refused\n${stdout}`)
      return stderr
    },
    history: async (release, ...args) => JSON.parse(await must('history', release, '-o', 'json', ...args)),
  }
}
