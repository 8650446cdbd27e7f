import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readSource } from '../../source/read-source.ts'
import { mayRunCode } from './dependencies-layer.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'naru-python-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

it.each([
  ['fastapi==0.115.6', false],
  ['# git+https://example.com/x\n--index-url https://example.com/simple', false],
  ['x @ https://example.com/x-1-py3-none-any.whl', false],
  ['-e .', true],
  ['./lib', true],
  ['x @ git+https://example.com/x', true],
  ['x @ https://example.com/x.tar.gz', true],
  ['--no-binary :all:\nx==1', true],
])('requirements of %j run code of others when they are installed: %s', async (text, expected) => {
  await writeFile(join(root, 'requirements.txt'), '-r requirements-web.txt\n')
  await writeFile(join(root, 'requirements-web.txt'), text)
  expect(await mayRunCode(await readSource({ root }))).toBe(expected)
})
