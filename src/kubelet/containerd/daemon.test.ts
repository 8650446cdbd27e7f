import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identifyProcess } from '../../lib/index.ts'
import { findDaemon } from './daemon.ts'
import { type ContainerdPaths, containerdPaths } from './paths.ts'

describe('the containerd of an earlier engine', () => {
  let root: string
  let paths: ContainerdPaths
  const started: ChildProcess[] = []
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'naru-daemon-'))
    paths = containerdPaths({ stateDir: root, runDir: root })
    await mkdir(dirname(paths.pidFile), { recursive: true })
    await mkdir(join(root, 'bin'))
  })
  afterEach(async () => {
    for (const child of started.splice(0)) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await rm(root, { recursive: true, force: true })
  })

  /** A program of that name, with these words; it waits for its input. */
  async function start(name: string, ...words: string[]): Promise<number> {
    const program = join(root, 'bin', name)
    await writeFile(program, '#!/bin/sh\necho runs; read line\n', { mode: 0o755 })
    const child = spawn(program, words)
    started.push(child)
    await once(child.stdout, 'data')
    return child.pid as number
  }

  it('is found by the number that was written down', async () => {
    const identity = identifyProcess(await start('any'))
    await writeFile(paths.pidFile, JSON.stringify(identity))
    expect(await findDaemon(paths)).toEqual(identity)
  })

  it('is found where the engine was killed before it wrote that down, and nobody else is taken for it', async () => {
    expect(await findDaemon(paths)).toBeUndefined()
    await start('containerd', '--config', '/etc/containerd/config.toml')
    await start('editor', '--config', paths.config)
    await writeFile(paths.pidFile, '{"pid":')
    expect(await findDaemon(paths)).toBeUndefined()
    const pid = await start('containerd', '--config', paths.config, '--log-level', 'warn')
    expect((await findDaemon(paths))?.pid).toBe(pid)
  })
})
