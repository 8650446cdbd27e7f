export { createRevision, renumberRevision } from './write-revision.ts'
export {
  HASH_LABEL,
  expiredRevisions,
  hasTemplate,
  newRevision,
  nextRevision,
  revisionsInOrder,
  templateOf,
} from './revision.ts'
