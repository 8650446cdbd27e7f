import type { k8s } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'

type Binding = k8s.RoleBinding | k8s.ClusterRoleBinding

export const roleBindingPrinter: Printer<Binding> = {
  columns: [
    NAME,
    text('Role', ({ roleRef }) => `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`),
    AGE,
    wide(text('Users', (binding) => subjects(binding, 'User'))),
    wide(text('Groups', (binding) => subjects(binding, 'Group'))),
    wide(text('ServiceAccounts', (binding) => subjects(binding, 'ServiceAccount'))),
  ],
}

const subjects = (binding: Binding, kind: string): string =>
  (binding.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ')
