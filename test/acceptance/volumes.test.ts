import { mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { killRoles } from './harness/processes.ts'

/** As a database does it: a directory of its own that no one else may enter, a log that is synced before a line counts
 *  as written. Prints each line once it is durable. */
const JOURNAL = `
const fs = require('fs')
const directory = '/var/lib/data/pg'
fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
const file = fs.openSync(directory + '/log', 'a+', 0o600)
let next = fs.readFileSync(directory + '/log', 'utf8').split('\\n').length - 1
console.log('recovered ' + next)
const write = () => {
  fs.writeSync(file, 'line ' + next + '\\n')
  fs.fsyncSync(file)
  console.log('durable ' + next++)
}
setInterval(write, 50)
process.on('SIGTERM', () => process.exit(0))
`

describe('volumes that outlive their pods', () => {
  let naru: Installation
  let image: string

  beforeAll(async () => {
    naru = await openInstallation()
    image = await naru.deployHello()
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  const claim = (name: string, storage = '1Gi') => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  })
  const node = (script: string, more: object = {}) => ({
    name: 'main',
    image,
    command: ['/usr/local/bin/node', '-e', script],
    ...more,
  })
  const pod = (name: string, spec: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 2, ...spec },
  })
  const ofClaim = (claimName: string) => ({ name: 'data', persistentVolumeClaim: { claimName } })
  const mounted = { volumeMounts: [{ name: 'data', mountPath: '/var/lib/data' }] }
  const journal = () => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'journal' },
    spec: {
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: 'journal' } },
      template: {
        metadata: { labels: { app: 'journal' } },
        spec: {
          terminationGracePeriodSeconds: 2,
          securityContext: { runAsUser: 70, runAsGroup: 70, fsGroup: 70, fsGroupChangePolicy: 'OnRootMismatch' },
          containers: [
            node(JOURNAL, { volumeMounts: [{ name: 'data', mountPath: '/var/lib/data', subPath: 'cluster' }] }),
          ],
          volumes: [ofClaim('journal')],
        },
      },
    },
  })
  const getClaim = (name: string) => naru.kubectlJson<k8s.PersistentVolumeClaim>('get', `pvc/${name}`)
  const getPod = (name: string) => naru.kubectlJson<k8s.Pod>('get', `pod/${name}`)
  const directoryOf = async (name: string) =>
    join(naru.stateDir, 'volumes', (await getClaim(name)).spec.volumeName ?? '')
  const lastDurable = (log: string) => Math.max(-1, ...[...log.matchAll(/^durable (\d+)$/gm)].map(([, n]) => Number(n)))
  const runningJournal = () =>
    eventually(
      'a journal writes',
      async () => {
        const { items } = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'app=journal')
        const [only] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        if (only === undefined || only.status?.phase !== 'Running') return undefined
        const log = await naru.kubectl('logs', only.metadata.name)
        return lastDurable(log) > 3 ? { name: only.metadata.name, log } : undefined
      },
      { timeoutMs: 90_000 },
    )
  const recovered = (log: string) => Number(/^recovered (\d+)$/m.exec(log)?.[1])

  let acknowledged = 0

  it('a claim without a class is bound to a directory once its pod has a node, given to the group of the pod', async () => {
    await naru.apply(claim('journal'))
    await eventually('it waits for a pod', async () =>
      (await naru.kubectl('describe', 'pvc/journal')).includes(
        'waiting for first consumer to be created before binding',
      ),
    )
    await naru.apply(journal())
    const { log } = await runningJournal()
    expect(recovered(log)).toBe(0)
    acknowledged = lastDurable(log)
    const bound = await getClaim('journal')
    expect(bound.status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } })
    expect(bound.spec.storageClassName).toBe('local-path')
    const directory = await directoryOf('journal')
    expect(await stat(directory)).toMatchObject({ gid: 70 })
    expect(await stat(join(directory, 'cluster/pg/log'))).toMatchObject({ uid: 70, gid: 70 })
  })

  it('a new pod finds what the last one wrote', async () => {
    const { name } = await runningJournal()
    await naru.kubectl('delete', 'pod', name)
    const next = await runningJournal()
    expect(next.name).not.toBe(name)
    expect(recovered(next.log)).toBeGreaterThan(acknowledged)
    acknowledged = lastDurable(next.log)
  })

  it('nothing that was durable is lost when the engine and containerd are killed, and pods end and start meanwhile', async () => {
    const before = await runningJournal()
    acknowledged = lastDurable(before.log)
    expect(await killRoles(naru.stateDir, ['engine', 'containerd'])).toBe(2)
    await naru.mustNaru('up')
    const same = await runningJournal()
    expect(same.name).toBe(before.name)
    await naru.kubectl('delete', 'pod', before.name, '--wait=false')
    expect(await killRoles(naru.stateDir, ['engine'])).toBe(1)
    await naru.mustNaru('up')
    const next = await runningJournal()
    expect(recovered(next.log)).toBeGreaterThan(acknowledged)
    acknowledged = lastDurable(next.log)
    const lines = (await readFile(join(await directoryOf('journal'), 'cluster/pg/log'), 'utf8')).trimEnd().split('\n')
    expect(lines.slice(0, acknowledged)).toEqual(lines.slice(0, acknowledged).map((_, index) => `line ${index}`))
  })

  it('a claim grows while it is used', async () => {
    await naru.kubectl('patch', 'pvc/journal', '-p', '{"spec":{"resources":{"requests":{"storage":"3Gi"}}}}')
    await eventually('it has grown', async () => (await getClaim('journal')).status?.capacity?.['storage'] === '3Gi')
    expect((await getClaim('journal')).status?.conditions ?? []).toEqual([])
  })

  it('a link in a volume leads no mount out of it', async () => {
    await naru.apply(
      claim('trap'),
      pod('trapper', {
        containers: [node(`require('fs').symlinkSync('/etc', '/var/lib/data/escape')`, mounted)],
        volumes: [ofClaim('trap')],
      }),
    )
    await naru.kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/trapper', '--timeout=90s')
    await naru.apply(
      pod('trapped', {
        containers: [
          node(`console.log(require('fs').readdirSync('/host'))`, {
            volumeMounts: [{ name: 'data', mountPath: '/host', subPath: 'escape' }],
          }),
        ],
        volumes: [ofClaim('trap')],
      }),
    )
    await eventually('it is refused', async () => {
      const waiting = (await getPod('trapped')).status?.containerStatuses?.[0]?.state?.waiting
      return (
        waiting?.reason === 'CreateContainerConfigError' &&
        waiting.message === 'failed to prepare subPath for volumeMount "data" of container "main"'
      )
    })
    await naru.kubectl('delete', 'pod/trapper', 'pod/trapped', 'pvc/trap')
  })

  it('an ephemeral volume comes and goes with its pod', async () => {
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    await naru.apply(
      pod('fleeting', {
        containers: [node(`require('fs').writeFileSync('/var/lib/data/x', 'y'); setInterval(() => {}, 1000)`, mounted)],
        volumes: [{ name: 'data', ephemeral: { volumeClaimTemplate: { spec } } }],
      }),
    )
    await naru.kubectl('wait', '--for=condition=Ready', 'pod/fleeting', '--timeout=90s')
    const directory = await directoryOf('fleeting-data')
    await eventually('it is written to', async () => (await readdir(directory)).includes('x'))
    await naru.kubectl('delete', 'pod/fleeting')
    await eventually('its directory is gone', async () =>
      stat(directory).then(
        () => false,
        () => true,
      ),
    )
  })

  it('a part of a volume is mounted as what it is by now, and goes with the end of the pod, not what is in it', async () => {
    const host = await mkdtemp(join(tmpdir(), 'naru-host-path-'))
    const script = `
      const { statSync } = require('fs')
      console.log(statSync('/config').isDirectory() ? 'directory' : 'file')
      process.exit(statSync('/config').isDirectory() ? 1 : 0)`
    await naru.apply(
      pod('parted', {
        restartPolicy: 'OnFailure',
        containers: [node(script, { volumeMounts: [{ name: 'host', mountPath: '/config', subPath: 'config.json' }] })],
        volumes: [{ name: 'host', hostPath: { path: host } }],
      }),
    )
    await eventually('the missing part is made', async () => (await readdir(host)).includes('config.json'))
    await eventually('it was seen', async () => (await naru.kubectl('logs', 'parted')).includes('directory'))
    await rmdir(join(host, 'config.json'))
    await writeFile(join(host, 'config.json'), '{}')
    await eventually('the file is seen', async () => (await getPod('parted')).status?.phase === 'Succeeded', {
      timeoutMs: 60_000,
    })
    const podDir = join(naru.stateDir, 'kubelet/pods', (await getPod('parted')).metadata.uid ?? '')
    await eventually('its mounts are gone', async () => !(await readdir(podDir)).includes('volume-subpaths'))
    expect(await readdir(host)).toEqual(['config.json'])
    await naru.kubectl('delete', 'pod/parted')
    await rm(host, { recursive: true })
  })

  it('a pod that takes more of the disk than it was given is sent away', async () => {
    await naru.apply(
      pod('greedy', {
        containers: [
          node(`require('fs').writeFileSync('/scratch/x', Buffer.alloc(8 << 20)); setInterval(() => {}, 1000)`, {
            volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
          }),
        ],
        volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '4Mi' } }],
      }),
    )
    const gone = await eventually(
      'it is evicted',
      async () => {
        const { status } = await getPod('greedy')
        return status?.phase === 'Failed' && status
      },
      { timeoutMs: 60_000 },
    )
    expect(gone).toMatchObject({
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "scratch" exceeds the limit "4Mi". ',
    })
    const podDir = join(naru.stateDir, 'kubelet/pods', (await getPod('greedy')).metadata.uid ?? '')
    await eventually('what it took is free', async () => !(await readdir(podDir)).includes('volumes'))
    await naru.kubectl('delete', 'pod/greedy')
  })

  it('when the claim is deleted, its directory goes, once no pod uses it; nothing of it is left behind', async () => {
    const directory = await directoryOf('journal')
    await naru.kubectl('delete', 'pvc/journal', '--wait=false')
    expect((await getClaim('journal')).metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
    expect((await stat(directory)).isDirectory()).toBe(true)
    await naru.kubectl('delete', 'deployment/journal')
    await eventually(
      'the directory is gone',
      async () =>
        stat(directory).then(
          () => false,
          () => true,
        ),
      {
        timeoutMs: 60_000,
      },
    )
    await eventually('there are no volumes', async () => (await naru.kubectl('get', 'pv', '-o', 'name')).trim() === '')
    expect(await readdir(join(naru.stateDir, 'volumes'))).toEqual([])
    const { items } = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-A')
    const uids = items.map(({ metadata }) => metadata.uid ?? '').toSorted()
    await eventually('gone pods have no directories', async () => {
      const left = await readdir(join(naru.stateDir, 'kubelet/pods'))
      return left.toSorted().join() === uids.join()
    })
    const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')
    expect(
      mounts.filter((line) => line.includes(`${naru.stateDir}/kubelet/pods/`) && line.includes('subpath')),
    ).toEqual([])
  })
})
