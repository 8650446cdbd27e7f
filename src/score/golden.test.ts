import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ScoreError } from './errors.ts'
import { readScore } from './read-score.ts'
import type { SourceFile } from './render/files.ts'
import { previewSecretFiles } from './render/preview-files.ts'
import { renderScore } from './render/render-score.ts'

const golden = join(import.meta.dirname, 'golden')
const sources = new Map<string, SourceFile>([
  ['one.txt', Buffer.from('one, of ${metadata.name}\n')],
  ['./found.bin', Uint8Array.of(0xff, 0x00, 0x24, 0x7b)],
  ['../outside.txt', 'outside'],
])

function rendered(text: string): string {
  try {
    const score = readScore(text)
    const { name } = score.workload.metadata
    const image = `registry.naru.localhost/default/${name}`
    const { app, resources, files, secretFiles } = renderScore(score, {
      name,
      namespace: 'default',
      host: `${name}.localhost`,
      image,
      sources,
    })
    return [...(files ? [files] : []), ...(secretFiles ? [previewSecretFiles(secretFiles)] : []), ...resources, app]
      .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
      .join('---\n')
  } catch (error) {
    if (!(error instanceof ScoreError)) throw error
    return stringify(
      {
        refused: error.problems.map(({ line, column, field, message }) => `${line}:${column}: ${field}: ${message}`),
      },
      { lineWidth: 0 },
    )
  }
}

/** `vitest run src/score --update` writes the outputs anew. */
test.each(readdirSync(golden).filter((name) => name.endsWith('.input.yaml')))('renders %s', async (name) => {
  const text = rendered(readFileSync(join(golden, name), 'utf8'))
  await expect(text).toMatchFileSnapshot(join(golden, name.replace('.input.yaml', '.output.yaml')))
})
