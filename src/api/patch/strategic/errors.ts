/** Wording: k8s.io/apimachinery v0.34, pkg/util/mergepatch/errors.go. */
import type { JsonObject } from '../../decode/index.ts'
import { type ApiError, apiError } from '../../status.ts'

const badPatch = (message: string): ApiError => apiError('BadRequest', message)

export const badPrimitiveList = () => badPatch('invalid patch format of primitive list')
export const badRetainKeys = () => badPatch('invalid patch format of retainKeys')
export const badSetElementOrder = () => badPatch('invalid patch format of setElementOrder list')
export const listOfLists = () => apiError('Invalid', 'lists of lists are not supported')
export const badDirective = (directive: unknown, patch: JsonObject) =>
  badPatch(`unknown patch type: ${JSON.stringify(directive)} in map: ${JSON.stringify(patch)}`)
export const listMergeDirective = () => badPatch('merging lists cannot yet be specified in the patch')
export const noMergeKey = (element: unknown, key: string) =>
  badPatch(`map: ${JSON.stringify(element)} does not contain declared merge key: ${key}`)
export const noDeclaredMergeKey = (field: string) => badPatch(`cannot merge lists without merge key for ${field}`)
export const mixedElements = (field: string) => badPatch(`the elements of ${field} are of different types`)
export const badOrder = (field: string) =>
  badPatch(`The order in patch list: ${field} doesn't match $setElementOrder list`)
