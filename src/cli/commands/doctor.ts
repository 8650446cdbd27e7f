/** `naru doctor`: what the machine lacks, why it matters, how to mend it; `--fix` mends what packages can mend. */
import { choosePreferredRuntime, inspectHost } from '../../host/index.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { type Check, type DoctorFacts, missingPackages, runChecks } from '../doctor/checks.ts'
import { installCommand, installPackages, runVisibly } from '../doctor/install.ts'
import { readEngine } from '../engine/engine-info.ts'
import { warmUp } from '../engine/engine-process.ts'
import { CliError } from '../errors.ts'
import { formatTable } from '../output/text.ts'

/** Exit code 1 while something required is missing. */
export const doctor: CommandRun = async (context, { options }) => {
  const { t, console } = context
  const warm = options.fix === true ? warmUp(context) : undefined
  let facts = await inspect(context)
  let checks = runChecks(facts)
  const packages = missingPackages(checks)
  if (options.fix === true && packages.length > 0) {
    await fix(context, facts, packages)
    facts = await inspect(context)
    checks = runChecks(facts)
  }
  const failed = checks.filter(({ status }) => status === 'fail')
  const { runtime } = choosePreferredRuntime(facts.host)
  console.line(table(context, checks))
  for (const check of checks.filter(({ status }) => status !== 'ok')) console.line(`\n${advice(context, check)}`)
  console.line(`\n${t(failed.length > 0 ? 'doctor.required' : `doctor.runtime.${runtime}`)}`)
  const left = missingPackages(checks)
  if (left.length > 0)
    console.line(t(facts.host.isRoot ? 'doctor.runFix' : 'doctor.askRoot', { command: installCommand(left) }))
  console.document({ ok: failed.length === 0, runtime, checks })
  await warm
  return failed.length === 0 ? 0 : 1
}

async function inspect({ paths }: CommandContext): Promise<DoctorFacts> {
  const [host, engine] = await Promise.all([inspectHost({ stateDir: paths.stateDir }), readEngine(paths)])
  return { host, gatewayPort: engine?.gateway.port }
}

async function fix(context: CommandContext, { host }: DoctorFacts, packages: readonly string[]): Promise<void> {
  const { t, console, env, signal } = context
  const command = installCommand(packages)
  if (host.binaries['apt-get'] === undefined) throw CliError.of('fixUnsupported', { packages: packages.join(' ') })
  if (!host.isRoot) {
    // An ordinary user needs none of it to run apps as processes: say what an administrator could do, and go on.
    console.note(t('doctor.askRoot', { command }))
    return
  }
  await console.progress.run(t('step.install', { packages: packages.join(', ') }), async (step) => {
    const onProgress = (phase: 'update' | 'install', line: string) =>
      step.update(phase === 'update' ? t('step.install.update') : line.trim())
    const outcome = await installPackages({ packages, env, signal, run: runVisibly, onProgress })
    signal.throwIfAborted()
    if (outcome.code !== 0) throw CliError.of('fixFailed', { command, output: outcome.tail.join('\n') })
  })
}

function table({ t, console }: CommandContext, checks: readonly Check[]): string {
  const { good, warn, bad, dim } = console.style
  const marks = { ok: good(t('doctor.ok')), warn: warn(t('doctor.warn')), fail: bad(t('doctor.fail')) }
  return formatTable(checks.map(({ id, status, found }) => [marks[status], t(`doctor.${id}`), dim(found)]))
}

function advice({ t, console }: CommandContext, { id, status }: Check): string {
  const { warn, bad } = console.style
  const title = (status === 'fail' ? bad : warn)(t(`doctor.${id}`))
  return `${title}: ${t(`doctor.${id}.why`)} ${t(`doctor.${id}.fix`)}`
}
