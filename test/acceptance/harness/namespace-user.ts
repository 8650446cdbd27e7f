/** Somebody who may do what a role gives in one namespace, and nothing else: a service account with a context of the
 *  kubeconfig by its name. */
import { mustRun, runCommand, type CommandResult } from './command.ts'
import type { Installation } from './installation.ts'

export interface NamespaceUser {
  naru(...args: string[]): Promise<CommandResult>
  kubectl(args: string[], input?: string): Promise<CommandResult>
}

export async function openNamespaceUser(
  naru: Installation,
  { name, namespace, role }: { name: string; namespace: string; role: string },
): Promise<NamespaceUser> {
  await naru.kubectl('create', 'serviceaccount', name, '-n', namespace)
  const binding = [`--clusterrole=${role}`, `--serviceaccount=${namespace}:${name}`]
  await naru.kubectl('create', 'rolebinding', name, ...binding, '-n', namespace)
  const token = (await naru.kubectl('create', 'token', name, '-n', namespace)).trim()
  const config = (...args: string[]) => mustRun('kubectl', ['config', ...args], { env: naru.env })
  await config('set-credentials', name, `--token=${token}`)
  await config('set-context', name, '--cluster=naru', `--user=${name}`, `--namespace=${namespace}`)
  const run = { env: naru.env, cwd: naru.root }
  return {
    naru: (command = '', ...args) => naru.naru(command, '--context', name, ...args),
    kubectl: (args, input) =>
      runCommand('kubectl', ['--context', name, ...args], { ...run, ...(input !== undefined && { input }) }),
  }
}
