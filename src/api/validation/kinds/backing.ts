/** Resources and Provisioners. */
import {
  type BackingResource,
  type Provisioner,
  type ProvisionerCommands,
  PROVISIONED_KINDS,
} from '../../backing-types.ts'
import { isJsonObject } from '../../decode/json-value.ts'
import { configKeyProblems, dnsLabelProblems } from '../../formats/index.ts'
import {
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
  tooLong,
} from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'

/** The pods of a StatefulSet carry its name and eleven characters more in a label. */
const MAX_RESOURCE_NAME = 52
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/
const PARAM = /^[A-Za-z][A-Za-z0-9]*$/
/** Source: Gateway API v1.3, GatewayController. */
const CONTROLLER = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/
/** How something is made, which a program knows by itself. */
const OF_MAKING = ['server', 'outputs', 'secret', 'environment', 'volume', 'manifests'] as const
const EXTENSION = /^[a-z0-9]+(\.[a-z0-9]+)?$/

export const backingResourceRules: KindRules<BackingResource> = {
  validate: ({ metadata: { name }, spec }) => {
    if (spec === undefined) return []
    return [
      ...((name ?? '').length > MAX_RESOURCE_NAME ? [tooLong('metadata.name', MAX_RESOURCE_NAME)] : []),
      ...validateKind(spec),
    ]
  },
  validateUpdate: ({ spec }, old) => [
    ...immutable(spec.type, old.spec.type, 'spec.type'),
    ...immutable(spec.class, old.spec.class, 'spec.class'),
  ],
}

export const provisionerRules: KindRules<Provisioner> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const { params = {}, environment = {}, outputs = {}, secret, volume, commands = {}, manifests = [] } = spec
    const errors = validateKind(spec)
    for (const name of Object.keys(params))
      if (!PARAM.test(name))
        errors.push(invalidValue(`spec.params[${name}]`, name, `a parameter is named like ${PARAM.source}`))
    for (const key of Object.keys(outputs))
      errors.push(...invalidFormat(`spec.outputs[${key}]`, key, configKeyProblems(key)))
    if (secret !== undefined && Object.keys(outputs).length > 0)
      errors.push(forbidden('spec.secret', 'may not be set together with outputs'))
    for (const [name, key] of Object.entries(environment)) {
      const at = `spec.environment[${name}]`
      errors.push(...variableProblems(at, name))
      if (secret === undefined && !Object.hasOwn(outputs, key)) errors.push(notFoundValue(at, key))
    }
    if (volume?.mountPath !== undefined && !/^[/$]/.test(volume.mountPath))
      errors.push(invalidValue('spec.volume.mountPath', volume.mountPath, 'must be an absolute path'))
    errors.push(...validateCommands(commands, 'spec.commands'), ...validateController(spec))
    manifests.forEach((manifest, index) => errors.push(...validateManifest(manifest, `spec.manifests[${index}]`)))
    return errors
  },
}

function validateController(spec: Provisioner['spec']): FieldError[] {
  const { controller } = spec
  if (controller === undefined) return []
  const idle = OF_MAKING.filter((field) => spec[field] !== undefined)
  return [
    ...(CONTROLLER.test(controller)
      ? []
      : [invalidValue('spec.controller', controller, 'must be a domain and a path, like example.com/queues')]),
    ...idle.map((field) => forbidden(`spec.${field}`, 'may not be set together with controller')),
  ]
}

/** Of environment variables, so that every shell can read them. */
export const variableProblems = (field: string, name: string): FieldError[] =>
  VARIABLE.test(name) ? [] : [invalidValue(field, name, `must be the name of a variable, like ${VARIABLE.source}`)]

/** That the type is missing is said by whoever knows the schema. */
const validateKind = ({ type, class: name }: { type?: string; class?: string | undefined }): FieldError[] => [
  ...(type === undefined ? [] : invalidFormat('spec.type', type, dnsLabelProblems(type))),
  ...(name === undefined ? [] : invalidFormat('spec.class', name, dnsLabelProblems(name))),
]

function validateCommands({ environment = {}, shell, dump }: ProvisionerCommands, at: string): FieldError[] {
  const { extension, write, check, restore } = dump ?? {}
  const commands = { shell, 'dump.write': write, 'dump.check': check, 'dump.restore': restore }
  const errors = Object.entries(commands).flatMap(([name, command]) =>
    command?.length === 0 ? [required(`${at}.${name}`)] : [],
  )
  for (const name of Object.keys(environment)) errors.push(...variableProblems(`${at}.environment[${name}]`, name))
  if (extension !== undefined && !EXTENSION.test(extension))
    errors.push(invalidValue(`${at}.dump.extension`, extension, `must be like ${EXTENSION.source}`))
  return errors
}

function validateManifest(manifest: unknown, at: string): FieldError[] {
  if (!isJsonObject(manifest)) return [invalidValue(at, manifest, 'must be an object')]
  const kind = `${String(manifest.apiVersion)}/${String(manifest.kind)}`
  const errors = PROVISIONED_KINDS.includes(kind) ? [] : [notSupported(`${at}.kind`, kind, PROVISIONED_KINDS)]
  const metadata = isJsonObject(manifest.metadata) ? manifest.metadata : {}
  if (typeof metadata.name !== 'string') errors.push(required(`${at}.metadata.name`))
  if (metadata.namespace !== undefined)
    errors.push(forbidden(`${at}.metadata.namespace`, 'objects are made in the namespace of the Resource'))
  return errors
}
