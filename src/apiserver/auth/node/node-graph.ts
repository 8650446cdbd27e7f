/** What is on which node, kept up to date with every write, so that a node's right to read is known at once. A pod is
 *  looked at once, when it is bound: what it refers to cannot change afterwards.
 *  Source: kubernetes v1.34, plugin/pkg/auth/authorizer/node/graph.go, graph_populator.go. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type k8s, resources } from '../../../api/index.ts'
import { type Entry, isStoreError, type Store, type StoreEvent } from '../../../store/index.ts'
import { prefixOf } from '../../registry/object-key.ts'
import { podReferences, referenceKey } from './pod-references.ts'

interface BoundPod {
  node: string
  references: ReadonlySet<string>
}

interface BoundVolume {
  /** Key of the claim it is bound to. */
  claim: string
  secrets: readonly string[]
}

/** So many objects take a few milliseconds. */
const PAGE = 500

const PODS = prefixOf(resources.pods)
const VOLUMES = prefixOf(resources.persistentvolumes)
const ATTACHMENTS = prefixOf(resources.volumeattachments)
const SLICES = prefixOf(resources.resourceslices)

export class NodeGraph implements Disposable {
  /** By `namespace/name`. */
  readonly #pods = new Map<string, BoundPod>()
  /** Which pods refer to what. */
  readonly #referrers = new Map<string, Set<string>>()
  readonly #volumes = new Map<string, BoundVolume>()
  readonly #volumesBySecret = new Map<string, Set<string>>()
  /** Volume attachments and resource slices, by key. */
  readonly #nodeOf = new Map<string, string>()
  #end: () => void = () => {}
  #ended = false
  /** Keys written since the reading began: what was read of them is out of date. Undefined once all is read. */
  #written: Set<string> | undefined = new Set()

  /** The first objects are known when it resolves. With very many, the rest follows while the server serves already: a
   *  node is refused what is not known yet, and asks again. */
  static async open(store: Store): Promise<NodeGraph> {
    const graph = new NodeGraph()
    graph.#end = store.subscribe((events) => {
      for (const event of events) graph.#apply(event)
    })
    const reading = graph.#read(store)
    await reading.next()
    void graph.#finish(reading)
    return graph
  }

  /** Page by page, so that others get their turn. */
  async *#read(store: Store): AsyncGenerator<void> {
    for (const prefix of [VOLUMES, ATTACHMENTS, SLICES, PODS]) {
      let after: string | undefined
      do {
        const { entries, remaining } = await store.list(prefix, { limit: PAGE, after })
        for (const entry of entries) if (this.#written?.has(entry.key) !== true) this.#put(entry)
        after = remaining > 0 ? entries.at(-1)?.key : undefined
        if (after !== undefined) yield
      } while (after !== undefined)
    }
    this.#written = undefined
  }

  async #finish(reading: AsyncGenerator<void>): Promise<void> {
    try {
      while (!this.#ended && (await reading.next()).done !== true) await nextTurn()
    } catch (error) {
      // A store that is closed has nobody left who asks; one that fails, fails its other readers too, who tell.
      if (!isStoreError(error)) throw error
    }
  }

  podIsOn(node: string, namespace: string, name: string): boolean {
    return this.#pods.get(`${namespace}/${name}`)?.node === node
  }

  /** Whether a pod of the node refers to what `key` (`referenceKey`) names, itself or by a volume. */
  isReferredTo(node: string, key: string): boolean {
    for (const pod of this.#referrers.get(key) ?? []) if (this.#pods.get(pod)?.node === node) return true
    for (const volume of this.#volumesBySecret.get(key) ?? []) if (this.volumeIsUsed(node, volume)) return true
    return false
  }

  volumeIsUsed(node: string, volume: string): boolean {
    const bound = this.#volumes.get(volume)
    return bound !== undefined && this.isReferredTo(node, bound.claim)
  }

  attachmentIsOf(node: string, name: string): boolean {
    return this.#nodeOf.get(ATTACHMENTS + name) === node
  }

  sliceIsOf(node: string, name: string): boolean {
    return this.#nodeOf.get(SLICES + name) === node
  }

  [Symbol.dispose](): void {
    this.#ended = true
    this.#end()
  }

  #apply({ type, key, entry }: StoreEvent): void {
    if (![PODS, VOLUMES, ATTACHMENTS, SLICES].some((prefix) => key.startsWith(prefix))) return
    this.#written?.add(key)
    if (type === 'put') this.#put(entry)
    else if (key.startsWith(PODS)) this.#dropPod(key.slice(PODS.length))
    else if (key.startsWith(VOLUMES)) this.#dropVolume(key.slice(VOLUMES.length))
    else this.#nodeOf.delete(key)
  }

  #put({ key, value }: Pick<Entry, 'key' | 'value'>): void {
    if (key.startsWith(PODS)) this.#putPod(key.slice(PODS.length), value)
    else if (key.startsWith(VOLUMES)) this.#putVolume(key.slice(VOLUMES.length), value)
    else if (key.startsWith(ATTACHMENTS) || key.startsWith(SLICES)) {
      const { spec } = JSON.parse(value) as { spec?: { nodeName?: string } }
      if (spec?.nodeName) this.#nodeOf.set(key, spec.nodeName)
    }
  }

  #putPod(key: string, value: string): void {
    // Most writes of pods concern those that are known already, or that have no node yet.
    if (!value.includes('"nodeName":"')) return
    const known = this.#pods.has(key)
    if (known && !MAY_ADD_REFERENCES.test(value)) return
    const pod = JSON.parse(value) as k8s.Pod
    const node = pod.spec?.nodeName
    if (known) this.#dropPod(key)
    if (!node) return
    const references = podReferences(pod)
    this.#pods.set(key, { node, references })
    for (const reference of references) addTo(this.#referrers, reference, key)
  }

  #dropPod(key: string): void {
    for (const reference of this.#pods.get(key)?.references ?? []) removeFrom(this.#referrers, reference, key)
    this.#pods.delete(key)
  }

  #putVolume(name: string, value: string): void {
    this.#dropVolume(name)
    const { spec } = JSON.parse(value) as k8s.PersistentVolume
    const { claimRef } = spec ?? {}
    if (!claimRef?.name) return
    const namespace = claimRef.namespace ?? ''
    const secrets = volumeSecrets(spec).map((secret) =>
      referenceKey('secret', secret.namespace ?? namespace, secret.name),
    )
    this.#volumes.set(name, { claim: referenceKey('pvc', namespace, claimRef.name), secrets })
    for (const secret of secrets) addTo(this.#volumesBySecret, secret, name)
  }

  #dropVolume(name: string): void {
    for (const secret of this.#volumes.get(name)?.secrets ?? []) removeFrom(this.#volumesBySecret, secret, name)
    this.#volumes.delete(name)
  }
}

const MAY_ADD_REFERENCES = /"(?:ephemeralContainers|resourceClaimStatuses)":/

/** Those that the kubelet reads; what the controllers read is not among them.
 *  Source: kubernetes v1.34, pkg/api/v1/persistentvolume/util.go (`VisitPVSecretNames`). */
function volumeSecrets(spec: k8s.PersistentVolumeSpec | undefined): { namespace: string | undefined; name: string }[] {
  const references = [
    spec?.cephfs?.secretRef,
    spec?.flexVolume?.secretRef,
    spec?.rbd?.secretRef,
    spec?.scaleIO?.secretRef,
    spec?.iscsi?.secretRef,
    spec?.storageos?.secretRef,
    spec?.csi?.nodePublishSecretRef,
    spec?.csi?.nodeStageSecretRef,
    spec?.csi?.nodeExpandSecretRef,
  ]
  const { azureFile } = spec ?? {}
  const found = references.flatMap((reference) =>
    reference?.name ? [{ namespace: reference.namespace, name: reference.name }] : [],
  )
  return azureFile === undefined
    ? found
    : [...found, { namespace: azureFile.secretNamespace, name: azureFile.secretName }]
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const present = map.get(key)
  if (present === undefined) map.set(key, new Set([value]))
  else present.add(value)
}

function removeFrom(map: Map<string, Set<string>>, key: string, value: string): void {
  const present = map.get(key)
  present?.delete(value)
  if (present?.size === 0) map.delete(key)
}
