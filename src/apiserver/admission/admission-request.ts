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
}

/** All plugins, one after the other. They refuse with an ApiError. */
export interface Admission {
  /** After decoding and defaults, before the kind's own strategy and validation. */
  mutate(request: AdmissionRequest): Promise<void>
  /** After validation, right before the write. Does not change the object. */
  validate(request: AdmissionRequest): Promise<void>
}
