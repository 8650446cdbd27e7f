/** Where the workloads keep the template of their pods.
 *  Source: k8s.io/pod-security-admission v0.34, admission (DefaultPodSpecExtractor). */
import { type k8s, qualifiedName, type Resource, resources } from '../../../../api/index.ts'
import type { AnyObject } from '../../../registry/any-object.ts'

type Template = { metadata?: Partial<k8s.ObjectMeta> | undefined; spec?: k8s.PodSpec | undefined }

const ofSpec = (object: AnyObject) => (object.spec as { template?: Template } | undefined)?.template

const TEMPLATES: Readonly<Record<string, (object: AnyObject) => Template | undefined>> = Object.fromEntries(
  (
    [
      [resources.podtemplates, (object) => object.template as Template | undefined],
      [resources.replicationcontrollers, ofSpec],
      [resources.replicasets, ofSpec],
      [resources.deployments, ofSpec],
      [resources.statefulsets, ofSpec],
      [resources.daemonsets, ofSpec],
      [resources.jobs, ofSpec],
      [
        resources.cronjobs,
        ({ spec }) => (spec as { jobTemplate?: { spec?: { template?: Template } } }).jobTemplate?.spec?.template,
      ],
    ] as [Resource, (object: AnyObject) => Template | undefined][]
  ).map(([resource, template]) => [qualifiedName(resource), template]),
)

export const hasTemplate = (resource: Resource): boolean => Object.hasOwn(TEMPLATES, qualifiedName(resource))

export const templateOf = (resource: Resource, object: AnyObject): Template | undefined =>
  TEMPLATES[qualifiedName(resource)]?.(object)
