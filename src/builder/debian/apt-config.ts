/** A private configuration for apt, made from the host's. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../lib/index.ts'
import type { BuildContext } from '../context.ts'
import { runProcess } from '../tools/run-process.ts'

/** Settings of the host that must not count: its folders, and its hooks, which are for the host. */
const DROPPED = /^(Dir::(State|Cache|Log|Etc::(main|parts))|APT::Update|APT::Sandbox|DPkg|Binary)\b/i

/** Writes `<dir>/apt.conf` for APT_CONFIG and returns its path: the host's sources, keys and proxies, our folders. */
export async function writeAptConfig(context: BuildContext, dir: string): Promise<string> {
  await mkdir(join(dir, 'cache', 'archives', 'partial'), { recursive: true })
  await writeFile(join(dir, 'status'), '')
  const dump = await runProcess({
    file: 'apt-config',
    args: ['dump'],
    env: { ...context.env, LC_ALL: 'C' },
    signal: context.signal,
    stdoutLimitBytes: 2 ** 20,
  }).catch(() => ({ stdout: '' }))
  const own = {
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'Dir::State': join(dir, 'state'),
    'Dir::State::status': join(dir, 'status'),
    'Dir::Cache': join(dir, 'cache'),
    'Debug::NoLocking': 'true',
    'APT::Sandbox::User': 'root',
    // What is dropped on the way is not waited for: half a minute, thrice, for each file.
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '10',
    'Acquire::https::Timeout': '10',
  }
  const kept = dump.stdout.split('\n').filter((line) => !DROPPED.test(line))
  const path = join(dir, 'apt.conf')
  await writeFileAtomically(
    path,
    [...kept, ...Object.entries(own).map(([name, value]) => `${name} "${value}";`), ''].join('\n'),
  )
  return path
}
