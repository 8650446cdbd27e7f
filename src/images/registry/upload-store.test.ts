import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

/** Adds more than there is room for, and says what became of it. */
const PROGRAM = `
  const { Readable } = await import('node:stream')
  const { UploadStore } = await import(${JSON.stringify(import.meta.resolve('./upload-store.ts'))})
  const uploads = new UploadStore(process.argv[1], undefined, 1e9)
  const id = await uploads.create()
  const added = uploads.append(id, Readable.from([Buffer.alloc(10_000)]))
  const said = await added.then((offset) => 'all of ' + offset, (error) => error.code)
  process.stdout.write(said + ', ' + (await uploads.offset(id)) + ' bytes are there')
`
/** As the shell counts: 16 blocks of 512 bytes. */
const ROOM = 'ulimit -f 16 && exec "$@"'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-uploads-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('a piece of which only the beginning could be written is not taken for written', async () => {
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM]
  const { stdout } = await promisify(execFile)('sh', ['-c', ROOM, 'sh', ...program, folder])
  expect(stdout).toBe('EFBIG, 8192 bytes are there')
})
