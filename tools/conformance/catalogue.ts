/** The conformance tests of Kubernetes v1.34: what an implementation must pass to be called Kubernetes. The list is in the
 *  Go module that the suite is built from. Source: k8s.io/kubernetes, test/conformance/testdata/conformance.yaml. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** Names, in the suite's order: `[sig-node] Pods should … [Conformance]`. */
export function conformanceTests(): string[] {
  const cwd = fileURLToPath(new URL('../go', import.meta.url))
  // The module's folder; the download is what a build of the suite needs anyway.
  const { status, stdout, stderr } = spawnSync('go', ['mod', 'download', '-json', 'k8s.io/kubernetes'], {
    cwd,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`go cannot give the module k8s.io/kubernetes:\n${stderr || stdout}`)
  const { Dir } = JSON.parse(stdout) as { Dir: string }
  const file = readFileSync(join(Dir, 'test/conformance/testdata/conformance.yaml'), 'utf8')
  return (parse(file) as { codename: string }[]).map(({ codename }) => codename)
}

/** `api-machinery` of `[sig-api-machinery] …`. */
export const groupOf = (test: string): string => /^\[sig-([^\]]+)\]/.exec(test)?.[1] ?? 'other'

/** Without what every name of its group has: `Pods should …`. */
export const shortName = (test: string): string => test.replace(/^\[sig-[^\]]+\] /, '').replace(/ \[Conformance\]$/, '')
