/** The objects of a Resource, as its Provisioner says it. Pure. */
import {
  type BackingResource,
  type BackingResourceStatus,
  isJsonObject,
  type k8s,
  type KubeObject,
  type Provisioner,
  type ResourceVariable,
  resources,
} from '../../api/index.ts'
import { ResourceFailure } from '../errors.ts'
import { ownedMetadata } from '../objects/owned.ts'
import { backupsOf } from './backups.ts'
import { fill, type Lookup, placeholdersIn, textOf } from './fill.ts'
import { bindingName, firstOf, inRecord, nameAfter, plainLookup, type RenderInput } from './lookup.ts'
import { isSecret, outputsOf, type Outputs } from './outputs.ts'
import { paramsOf, RETAIN_PARAM } from './params.ts'

export interface Rendered {
  /** In the order they are written. */
  objects: KubeObject[]
  /** The name of the Secret that apps get. */
  binding: string
  /** Whether that Secret is the user's, and not among the objects. */
  isBindingGiven: boolean
  /** Of an own Secret, those there are; of a given one, all that the Provisioner knows. */
  environment: ResourceVariable[]
  volume: BackingResourceStatus['volume']
}

const PROVIDER = 'naru'

/** The names of what is to be made by chance. */
export function secretNames({ spec: { outputs, manifests } }: Provisioner): string[] {
  const names = placeholdersIn([outputs, manifests]).flatMap((placeholder) => nameAfter('secret.', placeholder) ?? [])
  return [...new Set(names)].toSorted()
}

/** Whether what is stored stays when the Resource goes. Throws ResourceFailure. */
export const isRetained = (resource: BackingResource, provisioner: Provisioner): boolean =>
  paramsOf(resource, provisioner)[RETAIN_PARAM] === true

/** Throws ResourceFailure, which names the manifest, the field and the placeholder. */
export function render(input: RenderInput): Rendered {
  const { resource, provisioner, secrets } = input
  const { spec } = provisioner
  const params = paramsOf(resource, provisioner)
  const plain = plainLookup(input, params)
  const ofSecrets: Lookup = (placeholder) => inRecord(secrets, nameAfter('secret.', placeholder))
  const outputs = outputsOf(spec, firstOf(plain, ofSecrets))
  const ofOutputs: Lookup = (placeholder) => {
    const name = nameAfter('outputs.', placeholder)
    // One that has nothing to say is known all the same.
    return inRecord(spec.outputs ?? {}, name) === 'unknown' ? 'unknown' : { value: outputs[name ?? ''] ?? null }
  }
  const inSecret = firstOf(plain, ofOutputs, ofSecrets)
  /** What many may read has nothing secret in it. */
  const inOthers: Lookup = (placeholder) => {
    if (isSecret(spec, placeholder))
      throw new ResourceFailure('InvalidProvisioner', `\${${placeholder}} may stand in Secrets only; name \${binding}`)
    return firstOf(plain, ofOutputs)(placeholder)
  }
  const keeps = isRetained(resource, provisioner)
  const objects = (spec.manifests ?? []).map((manifest, index): KubeObject => {
    const kind = String(manifest.kind)
    const lookup = kind === resources.secrets.kind ? inSecret : inOthers
    const object = fill(manifest, lookup, `manifests[${index}] (${kind})`) as KubeObject
    return completed(object, resource, { isOwned: !(keeps && kind === resources.persistentvolumeclaims.kind) })
  })
  const binding = spec.secret === undefined ? bindingName(resource) : textOf(fill(spec.secret, inOthers, 'secret'))
  const image = () => textOf(fill('${image}', plain, 'backups'))
  const backups = backupsOf({ resource, spec, params, image, binding })
  for (const object of backups) {
    const isKept = keeps && object.kind === resources.persistentvolumeclaims.kind
    objects.push(completed(object, resource, { isOwned: !isKept }))
  }
  const volume = spec.volume && (fill(spec.volume, inOthers, 'volume') as BackingResourceStatus['volume'])
  const variables = Object.entries(spec.environment ?? {}).map(([name, key]) => ({ name, key }))
  if (spec.secret !== undefined) return { objects, binding, isBindingGiven: true, environment: variables, volume }
  return {
    objects: [bindingSecret(resource, outputs), ...objects],
    binding,
    isBindingGiven: false,
    environment: variables.filter(({ key }) => Object.hasOwn(outputs, key)),
    volume,
  }
}

function bindingSecret(resource: BackingResource, outputs: Outputs): k8s.Secret {
  const { type } = resource.spec
  return {
    apiVersion: 'v1',
    kind: resources.secrets.kind,
    metadata: ownedMetadata(resource, bindingName(resource)),
    type: `servicebinding.io/${type}`,
    data: encoded({ type, provider: PROVIDER, ...outputs }),
  }
}

const encoded = (texts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(textOf(text)).toString('base64')]))

function completed(object: KubeObject, resource: BackingResource, { isOwned }: { isOwned: boolean }): KubeObject {
  const { ownerReferences, labels, ...metadata } = ownedMetadata(resource, object.metadata.name)
  const own = object.metadata
  const filled = {
    ...object,
    metadata: { ...own, ...metadata, labels: { ...own.labels, ...labels }, ...(isOwned && { ownerReferences }) },
  }
  const { stringData, data, ...rest } = filled as k8s.Secret
  if (object.kind !== resources.secrets.kind || !isJsonObject(stringData)) return filled
  // As it is stored, so that it can be compared with what is there.
  const secret: k8s.Secret = { ...rest, data: { ...data, ...encoded(stringData) } }
  return secret
}
