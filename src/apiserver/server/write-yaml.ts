/** JSON values as YAML that readers of either version take for the same. */
import { defineScalarTag, dump, DUMP_SCHEMA, intYaml11Tag } from 'js-yaml'

/** BigInts are integers too. */
const intTag = defineScalarTag<number>(intYaml11Tag.tagName, {
  ...intYaml11Tag,
  identify: (value) => typeof value === 'bigint' || intYaml11Tag.identify(value),
  represent: String,
})
const SCHEMA = DUMP_SCHEMA.withTags(intTag)

export const writeYaml = (value: unknown): string =>
  dump(value, { schema: SCHEMA, lineWidth: -1, noRefs: true, quoteStyle: 'double' })
