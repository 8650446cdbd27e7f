import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../../lib/index.ts'
import { useSourceFolder } from '../../../../test/harness/source-folder.ts'
import { pipSettings } from './pip-settings.ts'

const home = useSourceFolder()

const settings = (env: Record<string, string>) =>
  pipSettings({
    cacheDir: '/none',
    host: {
      platform: 'linux',
      arch: 'x64',
      isRoot: false,
      bwrap: undefined,
      node: { version: '24.0.0', execPath: '/' },
    },
    env: { HOME: home.root, ...env },
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => {},
  })

it('variables are settings like those of files, and count before them', async () => {
  await mkdir(join(home.root, '.pip'))
  await writeFile(join(home.root, '.pip', 'pip.conf'), '[install]\nindex-url = https://file.example\nno-deps = true\n')
  const text = await settings({
    PIP_INDEX_URL: 'https://user:secret@index.example/simple',
    PIP_EXTRA_INDEX_URL: 'https://a.example\nhttps://b.example',
    PIP_TARGET: '/elsewhere',
  })
  const lines = text.slice(text.indexOf('[install]')).trim().split('\n')
  expect(lines).toEqual([
    '[install]',
    'index-url = https://user:secret@index.example/simple',
    'no-deps = true',
    'extra-index-url = https://a.example https://b.example',
  ])
})
