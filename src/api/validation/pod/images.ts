/** Names of images, which in pods (not in templates) must be bare.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (validateContainerOnlyForPod). */
import { type FieldError, invalidValue } from '../field-error.ts'

export const validatePodImage = (image: string | undefined, at: string): FieldError[] =>
  image === undefined || image.trim() === image
    ? []
    : [invalidValue(`${at}.image`, image, 'must not have leading or trailing whitespace')]
