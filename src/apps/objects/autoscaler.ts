/** The HorizontalPodAutoscaler of a process; follows it from release to release. */
import { apiVersionOf, type App, type AppProcess, type k8s, type Release, resources } from '../../api/index.ts'
import { ownedMetadata } from './owned.ts'
import { deploymentName } from './process.ts'

const DEFAULT_CPU_PERCENT = 80

export const autoscalerName = (app: App, process: AppProcess): string => `${app.metadata.name}-${process.name}`

export function desiredAutoscaler(app: App, release: Release, process: AppProcess): k8s.HorizontalPodAutoscaler {
  const { horizontalpodautoscalers, deployments } = resources
  const { minReplicas = 1, maxReplicas = 1, targetCpuPercent = DEFAULT_CPU_PERCENT } = process.autoscaling ?? {}
  return {
    apiVersion: apiVersionOf(horizontalpodautoscalers),
    kind: horizontalpodautoscalers.kind,
    metadata: ownedMetadata(app, autoscalerName(app, process), process.name),
    spec: {
      scaleTargetRef: {
        apiVersion: apiVersionOf(deployments),
        kind: deployments.kind,
        name: deploymentName(release, process.name),
      },
      minReplicas,
      maxReplicas,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetCpuPercent } },
        },
      ],
    },
  }
}
