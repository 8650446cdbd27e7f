/** A write as admission sees it, and the chain of plugins it goes through. */
import type { Resource } from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { WriteContext } from '../registry/write-context.ts'

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'

export interface AdmissionRequest {
  operation: Operation
  resource: Resource
  /** `''`: the object itself. */
  subresource: string
  namespace: string | undefined
  /** Empty when the server is to make a name. */
  name: string
  /** The object as it is to be written; mutating plugins may change or replace it. Undefined for DELETE. */
  object: AnyObject | undefined
  /** The object as it is. Undefined for CREATE and CONNECT. */
  oldObject: AnyObject | undefined
  context: WriteContext
  /** There as soon as a webhook had a say: what a second round of the mutating plugins needs to know. */
  reinvocation?: Reinvocation
}

/** Source: k8s.io/apiserver v0.34, pkg/admission (reinvocation.go): when a webhook has changed the object, all mutating
 *  plugins are asked once more. */
export interface Reinvocation {
  round: 0 | 1
  /** Whether a second round is to be. */
  wanted: boolean
  /** Webhooks that want to be asked again if anybody changes the object after them. */
  askAgain: Set<string>
  /** Those of them after which somebody did. */
  outdated: Set<string>
  /** The object as the webhooks left it in the first round. */
  left: AnyObject | undefined
}

/** All plugins, one after the other. They refuse with an ApiError. A promise only where there is something to wait for. */
export interface Admission {
  /** After decoding and defaults, before the kind's own strategy and validation. */
  mutate(request: AdmissionRequest): void | Promise<void>
  /** After validation, right before the write. Does not change the object. */
  validate(request: AdmissionRequest): void | Promise<void>
}
