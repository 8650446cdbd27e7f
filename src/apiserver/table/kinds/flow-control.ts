/** Priority and fairness. */
import type { k8s } from '../../../api/index.ts'
import { AGE, count, NAME, type Printer, text } from '../column.ts'

export const flowSchemaPrinter: Printer<k8s.FlowSchema> = {
  columns: [
    NAME,
    text('PriorityLevel', ({ spec }) => spec?.priorityLevelConfiguration.name ?? ''),
    count('MatchingPrecedence', ({ spec }) => spec?.matchingPrecedence ?? 0),
    text('DistinguisherMethod', ({ spec }) => spec?.distinguisherMethod?.type ?? '<none>'),
    AGE,
    text('MissingPL', ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?'),
  ],
}

const NONE = '<none>'

export const priorityLevelPrinter: Printer<k8s.PriorityLevelConfiguration> = {
  columns: [
    NAME,
    text('Type', ({ spec }) => spec?.type ?? ''),
    count('NominalConcurrencyShares', ({ spec }) => spec?.limited?.nominalConcurrencyShares ?? NONE),
    count('Queues', (level) => queuingOf(level)?.queues ?? NONE),
    count('HandSize', (level) => queuingOf(level)?.handSize ?? NONE),
    count('QueueLengthLimit', (level) => queuingOf(level)?.queueLengthLimit ?? NONE),
    AGE,
  ],
}

const queuingOf = ({ spec }: k8s.PriorityLevelConfiguration) => spec?.limited?.limitResponse?.queuing
