import { expect, it } from 'vitest'
import { podCgroup } from '../pod/names.ts'
import { containerdConfigToml } from './config.ts'
import { cgroupRootOf } from './paths.ts'

it('runc is asked to make the control groups that pods are given: by path, not as slices of systemd', () => {
  const toml = containerdConfigToml({
    root: '/root',
    state: '/state',
    socketPath: '/socket',
    certsDir: '/certs',
    cni: { binDir: '/bin', confDir: '/conf' },
    sandboxImage: 'pause',
    snapshotter: 'overlayfs',
    restrictOomScoreAdj: false,
  })
  // As runc reads it: with slices the last part ends in `.slice`; anything else is a path, and systemd has none.
  const isSlice = podCgroup(cgroupRootOf('/var/lib/naru'), 'uid').endsWith('.slice')
  expect(toml).toContain(`SystemdCgroup = ${isSlice}\n`)
})
