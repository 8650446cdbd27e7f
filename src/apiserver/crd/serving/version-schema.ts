/** What the schema of a version is compiled to, each part when it is first needed: an engine with hundreds of
 *  definitions of which few are used must not pay for all. */
import {
  type JSONSchemaProps,
  pruneDefaults,
  type RuleNode,
  ruleNodeOf,
  type Structural,
  toStructural,
  toValueSchema,
  type ValueSchema,
} from '../../../api/machinery.ts'
import type { Version } from '../definition/definition.ts'

export class VersionSchema {
  readonly #source: JSONSchemaProps
  #structural: Structural | undefined
  #values: ValueSchema | undefined
  #status: ValueSchema | undefined
  #rules: { node: RuleNode | undefined } | undefined

  constructor(version: Version) {
    this.#source = version.schema?.openAPIV3Schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  }

  get source(): JSONSchemaProps {
    return this.#source
  }

  /** With defaults that are themselves pruned. */
  get structural(): Structural {
    if (this.#structural === undefined) {
      this.#structural = toStructural(this.#source)
      pruneDefaults(this.#structural)
    }
    return this.#structural
  }

  get values(): ValueSchema {
    this.#values ??= toValueSchema(this.#source)
    return this.#values
  }

  /** Its rules (x-kubernetes-validations); undefined when there are none. */
  get rules(): RuleNode | undefined {
    this.#rules ??= { node: ruleNodeOf(this.structural, true) }
    return this.#rules.node
  }

  /** Of the status alone; undefined when the schema says nothing of it. */
  get status(): ValueSchema | undefined {
    this.#status ??= this.values.properties.get('status')
    return this.#status
  }
}
