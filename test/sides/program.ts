/** A program that runs while something is measured. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'

export interface Program extends AsyncDisposable {
  pid: number
  /** What it said last, once it has ended. */
  failure(): string | undefined
}

/** What it says goes to the file `log`. Disposing it ends it. */
export async function openProgram(
  file: string,
  args: readonly string[],
  { log, env = process.env }: { log: string; env?: NodeJS.ProcessEnv },
): Promise<Program> {
  const output = await open(log, 'w')
  try {
    const child = spawn(file, args, { stdio: ['ignore', output.fd, output.fd], env })
    await once(child, 'spawn')
    let said: string | undefined
    child.once('exit', () => {
      void readFile(log, 'utf8').then((text) => {
        said = `${file} has ended:\n${text.slice(-2000)}`
      })
    })
    return { pid: child.pid as number, failure: () => said, [Symbol.asyncDispose]: () => end(child) }
  } finally {
    await output.close()
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(patience)
}
