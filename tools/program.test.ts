import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

// Plain JavaScript, because it runs under the machine's own Node.
const launcher = join(import.meta.dirname, '../bin/program.mjs')
const { findProgram } = (await import(launcher)) as { findProgram: (root: string) => string }

const BEFORE = 1000
const BUNDLED = 2000
const AFTER = 3000
const checkout = {
  'package.json': BEFORE,
  'package-lock.json': BEFORE,
  'src/cli/main.ts': BEFORE,
  'src/x/y.ts': BEFORE,
}

test.each<[string, Record<string, number>, string]>([
  ['the bundle in the package, which has no sources', { 'dist/cli/main.js': BUNDLED }, 'dist/cli/main.js'],
  ['the bundle when no source is newer', { ...checkout, 'dist/cli/main.js': BUNDLED }, 'dist/cli/main.js'],
  ['the sources when there is no bundle', checkout, 'src/cli/main.ts'],
  [
    'the sources when one of them is newer',
    { ...checkout, 'dist/cli/main.js': BUNDLED, 'src/x/y.ts': AFTER },
    'src/cli/main.ts',
  ],
  [
    'the sources when packages were installed since',
    { ...checkout, 'dist/cli/main.js': BUNDLED, 'package-lock.json': AFTER },
    'src/cli/main.ts',
  ],
  ['the sources when one is gone', { ...checkout, 'dist/cli/main.js': BUNDLED, 'src/x': AFTER }, 'src/cli/main.ts'],
  [
    'the bundle when only a test is newer',
    { ...checkout, 'dist/cli/main.js': BUNDLED, 'src/x/y.test.ts': AFTER },
    'dist/cli/main.js',
  ],
])('naru runs %s', async (_, times, expected) => {
  const root = await mkdtemp(join(tmpdir(), 'naru-program-'))
  try {
    await makeTree(root, times)
    expect(findProgram(root)).toBe(join(root, expected))
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

/** Files and folders with their times in seconds; folders not named are old. */
async function makeTree(root: string, times: Record<string, number>): Promise<void> {
  const folders = new Map<string, number>([[join(root, 'src'), BEFORE]])
  for (const [name, time] of Object.entries(times)) {
    const path = join(root, name)
    if (!/\.\w+$/.test(name)) {
      folders.set(path, time)
      continue
    }
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, '')
    await utimes(path, time, time)
    for (let folder = dirname(path); folder !== root; folder = dirname(folder))
      if (!folders.has(folder)) folders.set(folder, BEFORE)
  }
  for (const [folder, time] of folders) {
    await mkdir(folder, { recursive: true })
    await utimes(folder, time, time)
  }
}
