import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { identifyProcess } from '../../src/lib/index.ts'
import { claimBuild } from './claim.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-claim-'))
  file = join(folder, 'kubectl.claim')
})
afterEach(() => rm(folder, { recursive: true }))

test('one at a time has the claim, and nothing is left of it', async () => {
  const waits = vi.fn()
  const order: string[] = []
  const build = async (name: string) => {
    await using _claim = await claimBuild(file, waits)
    order.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    order.push(`${name} ends`)
  }
  await Promise.all(['a', 'b', 'c'].map(build))
  for (const at of [0, 2, 4]) expect(order[at + 1]).toBe(order[at]?.replace('begins', 'ends'))
  expect(order).toHaveLength(6)
  expect(waits).toHaveBeenCalledTimes(2)
  expect(await readdir(folder)).toEqual([])
})

test('what a dead process left is taken over, and what is no claim', async () => {
  for (const left of [JSON.stringify({ ...identifyProcess(process.pid), startTime: '1' }), '', 'null', 'words']) {
    await writeFile(file, left)
    const waits = vi.fn()
    await using _claim = await claimBuild(file, waits)
    expect(waits, left).not.toHaveBeenCalled()
    expect(existsSync(file)).toBe(true)
  }
})
