/** The conformance tests of Kubernetes v1.34: what an implementation must pass to be called Kubernetes. The list is in the
 *  Go module that the suite is built from. Source: k8s.io/kubernetes, test/conformance/testdata/conformance.yaml. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { kubernetesModule } from '../go/kubernetes-module.ts'

/** Names, in the suite's order: `[sig-node] Pods should … [Conformance]`. */
export function conformanceTests(): string[] {
  const file = readFileSync(join(kubernetesModule(), 'test/conformance/testdata/conformance.yaml'), 'utf8')
  return (parse(file) as { codename: string }[]).map(({ codename }) => codename)
}

/** `api-machinery` of `[sig-api-machinery] …`. */
export const groupOf = (test: string): string => /^\[sig-([^\]]+)\]/.exec(test)?.[1] ?? 'other'

/** Without what every name of its group has: `Pods should …`. */
export const shortName = (test: string): string => test.replace(/^\[sig-[^\]]+\] /, '').replace(/ \[Conformance\]$/, '')
