/** What workloads wait for: pods on the node, and controllers and scheduler beside Kubernetes' own in the same run. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildGoTool, findGoTool } from '../tools/go/build.ts'
import type { Side } from '../test/sides/side.ts'
import { runCommand } from '../test/acceptance/harness/command.ts'
import { openEngineSide } from './api/engine-side.ts'
import type { BenchOptions } from './run.ts'
import { medianOf, type Row } from './table.ts'
import { type Binaries, openControllersSide } from './workloads/controllers-side.ts'
import { type Deployed, deployOnce } from './workloads/deployment.ts'
import { podRows } from './workloads/pods.ts'

const AIM_MS = 3000
const say = (line: string) => void process.stderr.write(`  ${line}\n`)

export async function workloadsBench({ quick }: BenchOptions): Promise<Row[]> {
  const pods = await podRows({ quick })
  const replicas = quick ? 50 : 500
  const rounds = quick ? 1 : 3
  const folder = await mkdtemp(join(tmpdir(), 'naru-bench-workloads-'))
  await using opened = new AsyncDisposableStack()
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const ours = await measure(await openEngineSide(folder), replicas, rounds)
  const binaries = await findPeer(quick)
  const theirs = binaries && (await measure(await openControllersSide(binaries, folder), replicas, rounds))
  return [
    ...pods,
    row(`Deployment of ${replicas} replicas, until all are bound`, ours, theirs, ({ boundMs }) => boundMs),
    row(`deleting it, until all pods are gone`, ours, theirs, ({ deletedMs }) => deletedMs),
  ]
}

/** A first, small one is not counted: whoever starts has leases to take and caches to fill. */
async function measure(side: Side, replicas: number, rounds: number): Promise<Deployed[]> {
  await using _ = side
  const samples: Deployed[] = []
  await deployOnce(side, 5)
  for (let round = 0; round < rounds; round += 1) samples.push(await deployOnce(side, replicas))
  return samples
}

function row(
  what: string,
  ours: readonly Deployed[],
  theirs: readonly Deployed[] | undefined,
  figure: (sample: Deployed) => number,
): Row {
  const told = (samples: readonly Deployed[]) =>
    `${(medianOf(samples.map(figure)) / 1000).toFixed(2)} s (${samples.map((one) => (figure(one) / 1000).toFixed(2)).join(', ')})`
  const median = medianOf(ours.map(figure))
  const met = median < AIM_MS ? 'ok' : 'missed'
  if (theirs === undefined)
    return { what, measured: told(ours), beside: `aim under ${AIM_MS / 1000} s; no peer`, verdict: met }
  return {
    what,
    measured: told(ours),
    beside: `Kubernetes ${told(theirs)}; aim under ${AIM_MS / 1000} s`,
    verdict: `${(median / medianOf(theirs.map(figure))).toFixed(2)}×, ${met}`,
  }
}

/** Undefined, and said so, where a part of the peer is missing. */
async function findPeer(quick: boolean): Promise<Binaries | undefined> {
  if ((await runCommand('etcd', ['--version']).catch(() => undefined))?.code !== 0) {
    say('no peer: etcd is missing; install it with apt-get install etcd-server')
    return undefined
  }
  const find = async (name: 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler') =>
    quick ? findGoTool(name) : await buildGoTool(name, say)
  const apiServer = await find('kube-apiserver')
  const controllerManager = await find('kube-controller-manager')
  const scheduler = await find('kube-scheduler')
  if (apiServer === undefined || controllerManager === undefined || scheduler === undefined) {
    say('no peer: build it with bin/node24 tools/go/build.ts kube-apiserver kube-controller-manager kube-scheduler')
    return undefined
  }
  return { apiServer, controllerManager, scheduler }
}
