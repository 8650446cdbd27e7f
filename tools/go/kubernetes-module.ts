/** The folder of the Go module that the suite and its images are built from. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Throws when Go cannot give it; the download is what a build of the suite needs anyway. */
export function kubernetesModule(): string {
  const { status, stdout, stderr } = spawnSync('go', ['mod', 'download', '-json', 'k8s.io/kubernetes'], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`go cannot give the module k8s.io/kubernetes:\n${stderr || stdout}`)
  return (JSON.parse(stdout) as { Dir: string }).Dir
}
