// A node and its pods when the machine they run on loses its power: they come back as those of a node of Kubernetes do.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually, mustRun } from './harness/command.ts'
import type { Installation } from './harness/installation.ts'
import { openNode, type TestNode, untilClean } from './harness/node.ts'
import { cutPower } from './harness/power-cut.ts'
import { imageOf } from './harness/publish-image.ts'
import { isReady } from './harness/ready.ts'

/** Says what it finds on its disk and in its memory, leaves something in both, and serves what it says. */
const JOURNAL = `
mkdir -p /data/www
echo "lines $(cat /data/lines 2>/dev/null | wc -l) scratch $(ls /scratch | wc -l) $(grep -c ' /scratch tmpfs ' /proc/mounts)" | tee /data/www/index.html
touch /scratch/one
echo line >> /data/lines
sync
exec busybox httpd -f -p 8080 -h /data/www`

let opened: TestNode
let naru: Installation

beforeAll(async () => {
  opened = await openNode('busybox')
  ;({ naru } = opened)
})
afterAll(async () => opened?.[Symbol.asyncDispose]())

const shell = (script: string, more: object = {}) => ({
  name: 'main',
  image: imageOf('busybox'),
  command: ['sh', '-c', script],
  ...more,
})
const wishes = () => [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'journal' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'journal' },
    spec: { selector: { app: 'journal' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'journal' },
    spec: {
      serviceName: 'journal',
      selector: { matchLabels: { app: 'journal' } },
      template: {
        metadata: { labels: { app: 'journal' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            shell(JOURNAL, {
              ports: [{ containerPort: 8080, hostPort: 18_097 }],
              readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
              volumeMounts: [
                { name: 'data', mountPath: '/data' },
                { name: 'scratch', mountPath: '/scratch' },
              ],
            }),
          ],
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: 'journal' } },
            { name: 'scratch', emptyDir: { medium: 'Memory' } },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work' },
    spec: {
      template: {
        spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [shell('sleep 3600')] },
      },
    },
  },
]
const journal = () => naru.kubectlJson<k8s.Pod>('get', 'pod/journal-0')
const podsOfJob = async () => (await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'job-name=work')).items
const runs = (pods: readonly k8s.Pod[]) => pods.filter(({ status }) => status?.phase === 'Running')
const get = (url: string) => mustRun('curl', ['-sS', '--fail', '--max-time', '5', url])
const answers = async () => {
  const ip = (await naru.kubectl('get', 'service/journal', '-o', 'jsonpath={.spec.clusterIP}')).trim()
  return Promise.all([get(`http://${ip}/`), get('http://127.0.0.1:18097/')])
}

it('after the power was cut the same pods run with what was on disk, and the node tells of it', async () => {
  await naru.apply(...wishes())
  const before = await eventually('all runs', async () => {
    const pod = await journal()
    return isReady(pod) && runs(await podsOfJob()).length === 1 && pod
  })
  expect(await answers()).toEqual(['lines 0 scratch 0 1\n', 'lines 0 scratch 0 1\n'])

  await using restarted = await cutPower(naru)
  await naru.mustNaru('up')

  const after = await eventually('the pod runs again', async () => {
    const pod = await journal()
    return pod.status?.containerStatuses?.[0]?.restartCount === 1 && isReady(pod) && pod
  })
  expect(after.metadata.uid).toBe(before.metadata.uid)
  expect(after.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
    exitCode: 255,
    reason: 'Unknown',
  })
  expect(await answers()).toEqual(['lines 1 scratch 0 1\n', 'lines 1 scratch 0 1\n'])

  const jobs = await eventually('the Job has another pod for the one that was cut off', async () => {
    const pods = await podsOfJob()
    return pods.length === 2 && runs(pods).length === 1 && pods
  })
  expect(jobs.map(({ status }) => status?.phase)).toEqual(expect.arrayContaining(['Failed', 'Running']))

  const [node] = (await naru.kubectlJson<k8s.NodeList>('get', 'nodes')).items
  expect(node && isReady(node)).toBe(true)
  expect(node?.status?.nodeInfo?.bootID).toBe(restarted.bootId)
  const events = await naru.kubectl('get', 'events', '--field-selector', 'involvedObject.kind=Node,reason=Rebooted')
  expect(events).toContain(`has been rebooted, boot id: ${restarted.bootId}`)

  await untilClean(opened)
}, 180_000)
