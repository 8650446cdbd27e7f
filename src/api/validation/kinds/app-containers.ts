/** What a process has beside its container: sidecars, volumes, and the ports of the app's Service. */
import type { AppProcess, AppServicePort, AppSidecar } from '../../app-types.ts'
import { portNumberProblems } from '../../formats/index.ts'
import type { Container, Probe, Volume } from '../../generated/types.ts'
import { duplicate, type FieldError, forbidden, invalidFormat, notSupported, required } from '../field-error.ts'
import { validateEnv } from '../pod/env.ts'
import { validateMounts, type VolumesByName } from '../pod/mounts.ts'
import { validateProbes } from '../pod/probes.ts'
import { validateResources } from '../pod/resources.ts'
import { validateVolumes } from '../volumes/pod-volumes.ts'
import { labelProblems } from './label-problems.ts'

/** What the pods of an app call the app's own container. */
const APP_CONTAINER = 'app'
const FILE_MODE = 0o644
const PROTOCOLS = ['TCP', 'UDP']
const BEFORE: readonly string[] = ['started', 'healthy', 'complete']

export function validateBeside(process: AppProcess, at: string): FieldError[] {
  const { volumes = [], volumeMounts, sidecars = [], schedule } = process
  const { names, errors } = validateVolumes(volumes.map(complete), `${at}.volumes`)
  const known = new Map(volumes.filter(({ name }) => names.has(name)).map((volume) => [volume.name, volume]))
  errors.push(...validateMounts({ volumeMounts }, known, `${at}.volumeMounts`))
  if (schedule !== undefined && sidecars.length > 0)
    errors.push(forbidden(`${at}.sidecars`, 'may not be set for a process that runs by schedule'))
  const taken = new Set([APP_CONTAINER])
  sidecars.forEach((sidecar, index) => {
    const where = `${at}.sidecars[${index}]`
    errors.push(...validateSidecar(sidecar, known, where))
    if (taken.has(sidecar.name)) errors.push(duplicate(`${where}.name`, sidecar.name))
    taken.add(sidecar.name)
  })
  return errors
}

function validateSidecar(sidecar: AppSidecar, volumes: VolumesByName, at: string): FieldError[] {
  const { name, image, env, resources, volumeMounts } = sidecar
  return [
    ...validateBefore(sidecar, at),
    ...invalidFormat(`${at}.name`, name, labelProblems(name)),
    ...(image === '' ? [required(`${at}.image`)] : []),
    ...validateEnv(env ?? [], `${at}.env`),
    ...validateResources(resources, `${at}.resources`),
    ...validateMounts({ volumeMounts }, volumes, `${at}.volumeMounts`),
    ...validateProbes(probed(sidecar), undefined, at),
  ]
}

/** Source: Kubernetes, init containers: what is to end has no probes, and what goes on is waited for by them. */
function validateBefore({ before, readinessProbe, livenessProbe }: AppSidecar, at: string): FieldError[] {
  if (before === undefined) return []
  if (!BEFORE.includes(before)) return [notSupported(`${at}.before`, before, BEFORE)]
  if (before === 'healthy' && readinessProbe === undefined)
    return [required(`${at}.readinessProbe`, 'it says whether the container is healthy')]
  const probes = { readinessProbe, livenessProbe }
  return (['readinessProbe', 'livenessProbe'] as const)
    .filter((field) => before === 'complete' && probes[field] !== undefined)
    .map((field) => forbidden(`${at}.${field}`, 'may not be set for a container that comes to its end'))
}

/** As the container will be: a probe's threshold of success is 1 unless it says otherwise. */
export function probed({
  name,
  ...probes
}: Pick<AppProcess, 'name' | 'readinessProbe' | 'livenessProbe' | 'startupProbe'>): Container {
  const completed = (probe: Probe | undefined) => probe && { successThreshold: 1, ...probe }
  return {
    name,
    readinessProbe: completed(probes.readinessProbe),
    livenessProbe: completed(probes.livenessProbe),
    startupProbe: completed(probes.startupProbe),
  }
}

/** As the pod will have it: files have a mode unless the volume says which. */
function complete(volume: Volume): Volume {
  const { configMap, secret, projected, downwardAPI } = volume
  return {
    ...volume,
    ...(configMap && { configMap: { defaultMode: FILE_MODE, ...configMap } }),
    ...(secret && { secret: { defaultMode: FILE_MODE, ...secret } }),
    ...(projected && { projected: { defaultMode: FILE_MODE, ...projected } }),
    ...(downwardAPI && { downwardAPI: { defaultMode: FILE_MODE, ...downwardAPI } }),
  }
}

/** The gateway's own is named `http`. Source of the rules: those of a Service's ports. */
export function validateServicePorts(ports: readonly AppServicePort[]): FieldError[] {
  const names = new Set(['http'])
  const numbers = new Set<string>()
  return ports.flatMap(({ name, port, targetPort = port, protocol = 'TCP' }, index) => {
    const at = `spec.servicePorts[${index}]`
    const errors = [
      ...invalidFormat(`${at}.name`, name, labelProblems(name)),
      ...(port === undefined ? [] : invalidFormat(`${at}.port`, port, portNumberProblems(port))),
      ...(targetPort === undefined
        ? []
        : invalidFormat(`${at}.targetPort`, targetPort, portNumberProblems(targetPort))),
    ]
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
    if (numbers.has(`${port}/${protocol}`)) errors.push(duplicate(`${at}.port`, port))
    numbers.add(`${port}/${protocol}`)
    return errors
  })
}
