import type { k8s } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'
import { conditionStatus, orNone } from '../words.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'

export const nodePrinter: Printer<k8s.Node> = {
  columns: [
    NAME,
    text('Status', ({ spec, status }) => {
      const ready = conditionStatus(status?.conditions, 'Ready')
      const word = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady'
      return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word
    }),
    text('Roles', ({ metadata }) => orNone(rolesOf(metadata.labels ?? {}).join(','))),
    AGE,
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wide(text('Internal-IP', (node) => addressOf(node, 'InternalIP'))),
    wide(text('External-IP', (node) => addressOf(node, 'ExternalIP'))),
    wide(text('OS-Image', ({ status }) => status?.nodeInfo?.osImage || '<unknown>')),
    wide(text('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>')),
    wide(text('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>')),
  ],
}

function rolesOf(labels: Record<string, string>): string[] {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)]
    return key === 'kubernetes.io/role' ? [value] : []
  })
  return [...new Set(roles.filter(Boolean))].sort()
}

const addressOf = ({ status }: k8s.Node, type: string) =>
  orNone(status?.addresses?.find((address) => address.type === type)?.address)
