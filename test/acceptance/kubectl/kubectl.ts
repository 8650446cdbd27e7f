/** The real kubectl against one installation, in a namespace of the area's own. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CommandOptions, CommandResult } from '../harness/command.ts'
import type { Installation } from '../harness/installation.ts'

/** A command line, its words between spaces; or the words themselves where they have spaces. */
export type Line = string | readonly string[]
/** What kubectl says: a part of it, or what it matches. */
export type Said = string | RegExp

export interface Kubectl {
  /** What it printed, warnings included. Fails unless it ends well. */
  says(line: Line, options?: CommandOptions): Promise<string>
  /** What it complained. Fails if it ends well. */
  refuses(line: Line, options?: CommandOptions): Promise<string>
  /** What `kubectl diff` printed. Fails unless it found a difference. */
  differs(line: Line): Promise<string>
  /** `kubectl create` of objects. */
  create(...objects: object[]): Promise<void>
  /** The environment that kubectl has, and more. */
  env(more: Record<string, string>): NodeJS.ProcessEnv
  /** Writes a file and gives its path. */
  file(name: string, content: string | object): Promise<string>
  /** A table of commands with what each says, a test a row. */
  saying(table: readonly (readonly [Line, Said])[]): void
  refusing(table: readonly (readonly [Line, Said])[]): void
}

export type Area = (kubectl: Kubectl) => void

/** `installation` is asked when commands run: tests are listed before there is one. */
export function kubectlIn(installation: () => Installation, namespace: string): Kubectl {
  const run = async (line: Line, options: CommandOptions = {}): Promise<CommandResult> => {
    const words = typeof line === 'string' ? line.split(' ') : line
    return installation().kubectlResult(['--namespace', namespace, ...words], { timeoutMs: 30_000, ...options })
  }
  const says: Kubectl['says'] = async (line, options) => {
    const { code, stdout, stderr } = await run(line, options)
    expect({ line, code, ...(code !== 0 && { stderr }) }).toEqual({ line, code: 0 })
    return stdout + stderr
  }
  const refuses: Kubectl['refuses'] = async (line, options) => {
    const { code, stdout, stderr } = await run(line, options)
    expect({ line, stdout, code }).toMatchObject({ line, code: 1 })
    return stderr
  }
  const differs: Kubectl['differs'] = async (line) => {
    const { code, stdout, stderr } = await run(line)
    expect({ line, stderr, code }).toEqual({ line, stderr: '', code: 1 })
    return stdout
  }
  const tests = (ask: Kubectl['says']) => (table: readonly (readonly [Line, Said])[]) => {
    for (const [line, said] of table)
      it(typeof line === 'string' ? line : line.join(' '), async () => {
        const answer = await ask(line)
        if (typeof said === 'string') expect(answer).toContain(said)
        else expect(answer).toMatch(said)
      })
  }
  return {
    says,
    refuses,
    differs,
    async create(...items) {
      await says('create -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) })
    },
    env: (more) => ({ ...installation().env, ...more }),
    async file(name, content) {
      const path = join(installation().root, name)
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
      return path
    },
    saying: tests(says),
    refusing: tests(refuses),
  }
}

export const configMap = (name: string, data: Record<string, string>, labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
})

/** A Deployment whose pods are on a node that no kubelet serves: the test says what becomes of them. */
export const deployment = (name: string, replicas: number, nodeName?: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        ...(nodeName !== undefined && { nodeName }),
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'c', image: 'app:1', ports: [{ containerPort: 80 }] }],
      },
    },
  },
})

export const pod = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: {
    containers: [{ name: 'c', image: 'app:1' }],
    terminationGracePeriodSeconds: 0,
    schedulingGates: [{ name: 'test.dev/never' }],
  },
})
