/** A source folder that is made anew for each test of a file. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { detect } from '../../src/builder/detect/detect.ts'
import type { BuildPlan } from '../../src/builder/detect/plan.ts'
import { readSource, type Source } from '../../src/builder/source/read-source.ts'

export interface SourceFolder {
  root: string
  /** Texts, and objects as JSON, by their paths. */
  write: (files: Readonly<Record<string, string | object>>) => Promise<Source>
  /** What the folder is with these files in it. */
  detect: (files: Readonly<Record<string, string | object>>) => Promise<BuildPlan>
}

export function useSourceFolder(): SourceFolder {
  const folder: SourceFolder = {
    root: '',
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder.root, path)), { recursive: true })
        await writeFile(join(folder.root, path), typeof content === 'string' ? content : JSON.stringify(content))
      }
      return readSource({ root: folder.root })
    },
    detect: async (files) => detect(await folder.write(files)),
  }
  beforeEach(async () => {
    folder.root = await mkdtemp(join(tmpdir(), 'naru-source-'))
  })
  afterEach(() => rm(folder.root, { recursive: true, force: true }))
  return folder
}
