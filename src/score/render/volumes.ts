/** The volumes of all containers. A resource of type `volume` is a PersistentVolumeClaim of its Resource's name; another
 *  source is the name of a claim that is there already. */
import { dnsSubdomainProblems, type k8s } from '../../api/index.ts'
import type { Path } from '../path.ts'
import { parsePlaceholders } from '../placeholders.ts'
import { type ScoreVolume, targetsOf } from '../workload.ts'
import type { RenderContext } from './context.ts'
import { resolveNow } from './resolve.ts'
import { kindOf, resourceName } from './resource-names.ts'

export interface RenderedVolumes {
  volumes: k8s.Volume[]
  /** By container. */
  mounts: ReadonlyMap<string, k8s.VolumeMount[]>
}

export function renderVolumes(context: RenderContext): RenderedVolumes {
  /** By claim. */
  const names = new Map<string, string>()
  const mounts = new Map<string, k8s.VolumeMount[]>()
  for (const [container, { volumes }] of Object.entries(context.workload.containers)) {
    const list = targetsOf<ScoreVolume>(volumes, ['containers', container, 'volumes'])
    const mounted = list.map((volume): k8s.VolumeMount => {
      const claim = claimOf(context, volume.source, [...volume.at, 'source'])
      const name = names.get(claim) ?? `volume-${names.size + 1}`
      names.set(claim, name)
      const subPath = subPathOf(context, volume)
      return {
        name,
        mountPath: volume.target,
        ...(subPath !== '' && { subPath }),
        ...(volume.readOnly === true && { readOnly: true }),
      }
    })
    mounts.set(container, mounted)
  }
  const volumes = [...names].map(([claimName, name]) => ({ name, persistentVolumeClaim: { claimName } }))
  return { volumes, mounts }
}

const NOT_NOW = 'has in it what a resource gives: which volume it is must be known before anything runs'

function claimOf(context: RenderContext, source: string, path: Path): string {
  const parts = parsePlaceholders(source)
  const [only] = parts
  if (only !== undefined && parts.length === 1 && 'reference' in only) {
    const [root, name = '', ...keys] = only.reference
    const resources = context.workload.resources ?? {}
    const resource = Object.hasOwn(resources, name) ? resources[name] : undefined
    const isVolume = root === 'resources' && keys.length === 0 && resource !== undefined
    if (isVolume && kindOf(resource) === 'volume') return resourceName(context, name, resource)
    if (isVolume) context.complain(path, `names ${name}, which is a ${resource.type} and no volume`)
    if (isVolume) return name
  }
  const claim = resolveNow(context, source, { path, why: NOT_NOW })
  if (dnsSubdomainProblems(claim).length > 0)
    context.complain(path, `must be a resource, as in \${resources.data}, or name a PersistentVolumeClaim`)
  return claim
}

/** Within the volume, so that a leading slash says nothing. */
function subPathOf(context: RenderContext, { path = '', at }: ScoreVolume & { at: Path }): string {
  if (path.split('/').includes('..')) context.complain([...at, 'path'], 'must not have ".." in it')
  return path.replace(/^\/+/, '')
}
