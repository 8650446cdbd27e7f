/** Wording: k8s.io/apimachinery v0.34, resource.ErrFormatWrong. */
import { type ApiError, apiError } from '../status.ts'

export const QUANTITY_FORMAT_MESSAGE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

export const badQuantity = (): ApiError => apiError('BadRequest', QUANTITY_FORMAT_MESSAGE)
