/** Custom objects from one version into another: by name alone, or by asking a webhook.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/conversion. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import { askWebhook } from './ask-webhook.ts'
import type { ConversionServices } from './conversion-services.ts'

/** All of `objects` are of one kind, and none is of the wanted version. In their order. */
export type ConvertObjects = (objects: readonly AnyObject[], apiVersion: string) => Promise<AnyObject[]>

export function converterOf(
  conversion: k8s.CustomResourceConversion | undefined,
  services: ConversionServices,
): ConvertObjects {
  const { webhook } = conversion ?? {}
  if (conversion?.strategy !== 'Webhook' || webhook === undefined)
    return async (objects, apiVersion) => objects.map((object) => ({ ...object, apiVersion }))
  return (objects, apiVersion) => askWebhook(webhook, { objects, apiVersion }, services)
}
