/** `taint`, `cordon`, `drain`, `uncordon`. */
import { beforeAll, expect, it } from 'vitest'
import { createNode } from './idle-node.ts'
import type { Area } from './kubectl.ts'

export const draining: Area = (kubectl) => {
  const lone = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'lone' },
    spec: { nodeName: 'idle', terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'app:1' }] },
  }

  beforeAll(async () => {
    await createNode(kubectl, 'idle')
    await kubectl.create(lone)
  })

  kubectl.saying([
    ['taint node idle k=v:NoSchedule', 'node/idle tainted'],
    ['taint node idle k=w:NoSchedule --overwrite', 'node/idle modified'],
    ['get node idle -o jsonpath={.spec.taints[?(@.key=="k")].value}', /^w$/],
    ['taint node idle k:NoSchedule-', 'node/idle untainted'],
    ['cordon idle', 'node/idle cordoned'],
    ['cordon idle', 'node/idle already cordoned'],
    ['get node idle', /idle +\S*SchedulingDisabled/],
  ])
  kubectl.refusing([
    ['taint node idle bad=v:Nope', 'invalid taint effect: Nope, unsupported taint effect'],
    ['cordon none', 'nodes "none" not found'],
    ['drain idle --timeout=2s', 'Pods that declare no controller (use --force to override): draining/lone'],
  ])

  it('drain evicts what is there, uncordon lets new pods in', async () => {
    const said = await kubectl.says('drain idle --force --ignore-daemonsets --delete-emptydir-data --timeout=20s')
    expect(said).toMatch(/evicting pod draining\/lone[\s\S]*pod\/lone evicted[\s\S]*node\/idle drained/)
    expect(await kubectl.says('uncordon idle')).toBe('node/idle uncordoned\n')
  })
}
