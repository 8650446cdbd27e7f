/** Folders of Go modules, got with the go command. They are read for facts only; nothing of them is kept here. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `module` with its version: `k8s.io/api@v0.34.0`. With `cached` only what go's module cache holds is taken.
 *  Throws an Error that says what to do. */
export function goModuleFolder(module: string, options: { cached?: boolean } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'naru-kubernetes-'))
  try {
    writeFileSync(join(folder, 'go.mod'), 'module naru.dev/kubernetes-documents\n')
    const answer = execFileSync('go', ['mod', 'download', '-json', module], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...(options.cached && { GOPROXY: 'off' }) },
    })
    return (JSON.parse(answer) as { Dir: string }).Dir
  } catch (error) {
    throw new Error(`could not get ${module} with "go mod download"; is Go installed and the network up?`, {
      cause: error,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
