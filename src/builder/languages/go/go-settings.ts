/** The user's own settings of the go command that say where modules come from. Source: `go help environment`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '../../context.ts'

const NAMES = ['GOPROXY', 'GONOPROXY', 'GOPRIVATE', 'GOSUMDB', 'GONOSUMDB', 'GOINSECURE']

/** Variables (the environment's before those of `go env -w`), and the .netrc with its passwords, as text. */
export async function goSettings({ env }: BuildContext): Promise<{
  variables: Record<string, string>
  netrc: string | undefined
}> {
  const home = env.HOME ?? '/'
  const file = env.GOENV ?? join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'go', 'env')
  const written = (await readFile(file, 'utf8').catch(() => '')).split('\n').map((line) => line.trim())
  const variables: Record<string, string> = {}
  for (const name of NAMES) {
    const value = env[name] ?? written.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1)
    if (value !== undefined) variables[name] = value
  }
  return {
    variables,
    netrc: await readFile(env.NETRC ?? join(home, '.netrc'), 'utf8').catch(() => undefined),
  }
}
