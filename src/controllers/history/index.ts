export { createRevision, renumberRevision } from './write-revision.ts'
export {
  HASH_LABEL,
  expiredRevisions,
  hasTemplate,
  nextRevision,
  revisionsInOrder,
  templateOf,
} from './revision.ts'
