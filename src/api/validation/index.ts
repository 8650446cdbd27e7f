export { type AccessReviewKind, validateAccessReview } from './kinds/access-review.ts'
export { validateObject } from './validate-object.ts'
