/** A changing load of Deployments, Jobs and StatefulSets, and what of it was acknowledged. */
import { isApiError, type k8s, type KubeObject, type Resource, resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'

export const NAMESPACE = 'chaos'
const MOST_OF_A_KIND = 4
const MOST_REPLICAS = 3

type Kind = 'deployment' | 'statefulset' | 'job'

interface Wish {
  kind: Kind
  name: string
  /** Of a Job: how many of its pods have to succeed. */
  replicas: number
}

const RESOURCE: Record<Kind, Resource> = {
  deployment: resources.deployments,
  statefulset: resources.statefulsets,
  job: resources.jobs,
}

export class Wishes {
  readonly #client: Client
  readonly #image: string
  readonly #random: () => number
  /** Only what the server acknowledged last of each object. */
  readonly #wished = new Map<string, Wish>()
  /** Objects of which a write was not answered: nobody knows which of both states they are in. */
  readonly #unsure = new Set<string>()
  #count = 0
  acknowledged = 0
  unanswered = 0

  constructor(options: { client: Client; image: string; random: () => number }) {
    this.#client = options.client
    this.#image = options.image
    this.#random = options.random
  }

  /** One change: something new, more or fewer replicas, or the end of something. */
  async change(): Promise<void> {
    const kind = this.#pick<Kind>(['deployment', 'deployment', 'statefulset', 'job'])
    const present = [...this.#wished.values()].filter((wish) => wish.kind === kind)
    const dice = this.#random()
    if (present.length === 0 || (dice < 0.4 && present.length < MOST_OF_A_KIND)) return this.#create(kind)
    const wish = this.#pick(present)
    if (dice < 0.75 && kind !== 'job') return this.#scale(wish)
    return this.#delete(wish)
  }

  /** What is not in the cluster as it was acknowledged; empty: all is as wished. */
  async differences(): Promise<string[]> {
    const found: string[] = []
    for (const kind of Object.keys(RESOURCE) as Kind[]) {
      const { items } = await this.#client.list(RESOURCE[kind], { namespace: NAMESPACE })
      const present = new Map(items.map((object) => [object.metadata.name, object]))
      for (const { kind: of, name, replicas } of this.#wished.values()) {
        if (of !== kind) continue
        const object = present.get(name)
        present.delete(name)
        if (this.#unsure.has(name)) continue
        if (object === undefined) found.push(`${kind} ${name} was acknowledged and is gone`)
        else if (replicasOf(object) !== replicas)
          found.push(`${kind} ${name} should have ${replicas} replicas and has ${replicasOf(object)}`)
      }
      for (const name of present.keys())
        if (!this.#unsure.has(name)) found.push(`${kind} ${name} was deleted, or never made, and is there`)
    }
    return found
  }

  async #create(kind: Kind): Promise<void> {
    const wish: Wish = { kind, name: `${kind}-${(this.#count += 1)}`, replicas: this.#replicas() }
    await this.#write(wish.name, () => this.#client.create(RESOURCE[kind], objectOf(wish, this.#image)), {
      done: () => this.#wished.set(wish.name, wish),
      // It was made by the request that was not answered, or by nobody.
      refused: 'AlreadyExists',
    })
  }

  async #scale(wish: Wish): Promise<void> {
    const replicas = this.#replicas()
    const write = () =>
      this.#client.patch(RESOURCE[wish.kind], { namespace: NAMESPACE, name: wish.name }, { spec: { replicas } })
    await this.#write(wish.name, write, {
      done: () => {
        this.#wished.set(wish.name, { ...wish, replicas })
        this.#unsure.delete(wish.name)
      },
      refused: 'NotFound',
    })
  }

  async #delete({ kind, name }: Wish): Promise<void> {
    const write = () =>
      this.#client.delete(RESOURCE[kind], { namespace: NAMESPACE, name }, { propagationPolicy: 'Background' })
    const done = () => {
      this.#wished.delete(name)
      this.#unsure.delete(name)
    }
    await this.#write(name, write, { done, refused: 'NotFound', onRefusal: done })
  }

  async #write(
    name: string,
    write: () => Promise<unknown>,
    { done, refused, onRefusal }: { done: () => void; refused: 'NotFound' | 'AlreadyExists'; onRefusal?: () => void },
  ): Promise<void> {
    try {
      await write()
      this.acknowledged += 1
      done()
    } catch (error) {
      if (isApiError(error, refused)) return onRefusal?.()
      this.unanswered += 1
      this.#unsure.add(name)
    }
  }

  #replicas(): number {
    return 1 + Math.floor(this.#random() * MOST_REPLICAS)
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T
  }
}

const replicasOf = (object: KubeObject): number | undefined => {
  const { replicas, completions } = (object as { spec?: { replicas?: number; completions?: number } }).spec ?? {}
  return replicas ?? completions
}

function objectOf({ kind, name, replicas }: Wish, image: string): KubeObject {
  const labels = { app: name }
  const metadata = { name, namespace: NAMESPACE }
  const pod = (command: string): k8s.PodSpec => ({
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image, command: ['sh', '-c', command] }],
  })
  const template = { metadata: { name: '', labels }, spec: pod('trap "exit 0" TERM; while :; do sleep 1; done') }
  if (kind === 'deployment')
    return { metadata, spec: { replicas, selector: { matchLabels: labels }, template } } as KubeObject
  if (kind === 'statefulset')
    return {
      metadata,
      spec: { replicas, serviceName: name, selector: { matchLabels: labels }, template },
    } as KubeObject
  return {
    metadata,
    spec: {
      completions: replicas,
      parallelism: 2,
      backoffLimit: 1000,
      template: { metadata: { labels }, spec: { ...pod('sleep 1'), restartPolicy: 'OnFailure' } },
    },
  } as KubeObject
}
