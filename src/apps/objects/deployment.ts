/** The Deployment of a process of a release. */
import { apiVersionOf, type AppProcess, type k8s, type Release, resources } from '../../api/index.ts'
import type { BoundResource } from '../bindings/bound.ts'
import { withBindings } from '../bindings/project.ts'
import { ownedMetadata, selectorOf } from './owned.ts'
import { podTemplate } from './pod-template.ts'
import { deploymentName } from './process.ts'

interface WishedProcess {
  process: AppProcess
  replicas: number
  /** What its pods are given. */
  bound?: readonly BoundResource[]
}

export function desiredDeployment(release: Release, { process, replicas, bound = [] }: WishedProcess): k8s.Deployment {
  const { deployments } = resources
  return {
    apiVersion: apiVersionOf(deployments),
    kind: deployments.kind,
    metadata: ownedMetadata(release, deploymentName(release, process.name), process.name),
    spec: {
      replicas,
      // A release does not change, so that there is nothing of its Deployment to go back to.
      revisionHistoryLimit: 0,
      selector: { matchLabels: selectorOf(release, process.name) },
      // No running pod goes before its successor answers.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: withBindings(podTemplate(release, process), bound),
    },
  }
}
