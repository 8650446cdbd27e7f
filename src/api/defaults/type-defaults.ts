/** All defaults that Kubernetes computes, by type. Source: kubernetes v1.34, pkg/apis/<group>/<version>/defaults.go. */
import { admissionDefaults } from './admission.ts'
import { apiServiceDefaults } from './api-service.ts'
import { apiextensionsDefaults } from './apiextensions.ts'
import { autoscalingDefaults } from './autoscaling.ts'
import { batchDefaults } from './batch.ts'
import { coreDefaults } from './core.ts'
import { flowControlDefaults } from './flow-control.ts'
import { networkingDefaults } from './networking.ts'
import { podDefaults } from './pod.ts'
import { probeDefaults } from './probe.ts'
import { rbacDefaults } from './rbac.ts'
import { resourceDefaults } from './resource.ts'
import { serviceDefaults } from './service.ts'
import { storageDefaults } from './storage.ts'
import { volumeDefaults } from './volume.ts'
import { workloadDefaults } from './workloads.ts'

export const typeDefaults = {
  ...admissionDefaults,
  ...apiServiceDefaults,
  ...apiextensionsDefaults,
  ...autoscalingDefaults,
  ...batchDefaults,
  ...coreDefaults,
  ...flowControlDefaults,
  ...networkingDefaults,
  ...podDefaults,
  ...probeDefaults,
  ...rbacDefaults,
  ...resourceDefaults,
  ...serviceDefaults,
  ...storageDefaults,
  ...volumeDefaults,
  ...workloadDefaults,
} as Readonly<Record<string, (value: unknown) => void>>
