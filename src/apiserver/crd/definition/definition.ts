/** A CustomResourceDefinition and what is often asked of it. */
import type { k8s } from '../../../api/index.ts'

export type Definition = k8s.CustomResourceDefinition & { status?: k8s.CustomResourceDefinitionStatus }
export type Version = k8s.CustomResourceDefinitionVersion
export type Condition = k8s.CustomResourceDefinitionCondition
export type Names = k8s.CustomResourceDefinitionNames

/** Holds a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io'

export const conditionOf = (definition: Definition, type: string): Condition | undefined =>
  definition.status?.conditions?.find((condition) => condition.type === type)

export const isTrue = (definition: Definition, type: string): boolean =>
  conditionOf(definition, type)?.status === 'True'

/** The version in which objects are kept. */
export function storageVersion({ spec }: Definition): string {
  return spec.versions.find(({ storage }) => storage)?.name ?? spec.versions[0]?.name ?? ''
}
