// `npm run test:acceptance [files…]`: the tests against the real thing. Fails, rather than skips, where a real part is missing.
import { spawnSync } from 'node:child_process'
import { userInfo } from 'node:os'

const needed = ['containerd', 'runc', 'nft', 'ip', 'kubectl', 'curl', 'skopeo', 'bwrap', 'dpkg-deb', 'setpriv']
const missing = needed.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
if (userInfo().uid !== 0) missing.unshift('root')
if (missing.length > 0) {
  process.stderr.write(`the acceptance tests need ${missing.join(', ')}; .ci/prepare installs what is missing\n`)
  process.exit(1)
}
const result = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/acceptance/vitest.config.ts', ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
process.exitCode = result.status ?? 1
