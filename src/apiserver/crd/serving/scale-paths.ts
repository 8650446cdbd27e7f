/** Where a custom kind keeps the numbers of its scale subresource. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/registry/customresource (validator.go, etcd.go). */
import type { FieldError } from '../../../api/index.ts'
import { invalidValue } from '../../../api/machinery.ts'
import type { ScaleModel } from '../../kinds/kind-model.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import { readInteger, readText, segmentsOf, writeField } from '../paths/simple-field.ts'

export interface ScalePaths {
  specReplicasPath: string
  statusReplicasPath: string
  labelSelectorPath?: string | undefined
}

const MAX_INT32 = 2 ** 31 - 1

export const scaleSpecErrors = (object: AnyObject, scale: ScalePaths | undefined): FieldError[] =>
  scale === undefined ? [] : replicaErrors(object, scale.specReplicasPath)

export function scaleStatusErrors(object: AnyObject, scale: ScalePaths | undefined): FieldError[] {
  if (scale === undefined) return []
  const errors = replicaErrors(object, scale.statusReplicasPath)
  const path = scale.labelSelectorPath
  const selector = path ? readText(object, path) : { value: '' }
  return selector.error === undefined ? errors : [...errors, invalidValue(path ?? '', '', selector.error)]
}

function replicaErrors(object: AnyObject, path: string): FieldError[] {
  const { value = 0, error } = readInteger(object, path)
  if (error !== undefined) return [invalidValue(path, 0, error)]
  if (value < 0) return [invalidValue(path, value, 'should be a non-negative integer')]
  return value > MAX_INT32 ? [invalidValue(path, value, `should be less than or equal to ${MAX_INT32}`)] : []
}

export function scaleModelOf(paths: ScalePaths): ScaleModel {
  return {
    replicasPath: segmentsOf(paths.specReplicasPath),
    replicas: (object) => readInteger(object, paths.specReplicasPath).value,
    setReplicas: (object, replicas) => writeField(object, paths.specReplicasPath, replicas),
    statusReplicas: (object) => readInteger(object, paths.statusReplicasPath).value ?? 0,
    selector: (object) => (paths.labelSelectorPath ? (readText(object, paths.labelSelectorPath).value ?? '') : ''),
    mustHaveReplicas: paths.specReplicasPath,
  }
}
