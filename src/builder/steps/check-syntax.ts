/** Lets Node.js parse the file an app starts with, so that a slip of the pen fails the build and not the container. */
import type { BuildContext } from '../context.ts'
import { NODE_PATH } from '../detect/start-command.ts'
import type { BuildPlan } from '../detect/plan.ts'
import { BuildError } from '../errors.ts'
import { join } from 'node:path'
import { runProcess } from '../tools/run-process.ts'
import { pathExists } from '../context.ts'
import { failingLines } from './failing-lines.ts'

/** Parses without running anything. Throws BuildError StepFailed with file and line. */
export async function checkSyntax(
  context: BuildContext,
  plan: BuildPlan,
  { root, nodeBinary }: { root: string; nodeBinary: () => Promise<string> },
): Promise<void> {
  const [program, ...rest] = plan.start?.command ?? []
  const file = rest.find((word) => !word.startsWith('-'))
  if (program !== NODE_PATH || file === undefined || !/\.[cm]?js$/.test(file) || !(await pathExists(join(root, file))))
    return
  const outcome = await runProcess({
    file: await nodeBinary(),
    args: ['--check', file],
    cwd: root,
    env: { PATH: context.env.PATH },
    signal: context.signal,
  })
  if (outcome.exitCode === 0) return
  throw new BuildError('StepFailed', `${file} has a syntax error.`, {
    hint: 'Mend that line, then deploy again.',
    step: 'syntax check',
    command: `node --check ${file}`,
    exitCode: outcome.exitCode,
    output: failingLines(outcome.lines.map((line) => line.replaceAll(`${root}/`, ''))),
  })
}
