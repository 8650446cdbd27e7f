/** The rules of a schema and of all schemas within it, each compiled when it is first needed.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema/cel/validation.go. */
import type { Structural } from '../../structural/schema/structural.ts'
import type { Declaration } from '../declare/declaration.ts'
import { declareSchema } from '../declare/declare-schema.ts'
import type { CelSchema } from '../declare/schema.ts'
import { celSchemaOf } from '../declare/structural-schema.ts'
import { type CompiledRule, ruleCompiler } from './compiled-rule.ts'

export class RuleNode {
  readonly structural: Structural
  readonly schema: CelSchema
  readonly items: RuleNode | undefined
  readonly additional: RuleNode | undefined
  /** Only of properties that have rules. */
  readonly properties: ReadonlyMap<string, RuleNode>
  readonly #isResource: boolean
  #declaration: Declaration | undefined
  #rules: readonly CompiledRule[] | undefined

  constructor(structural: Structural, schema: CelSchema, isResource: boolean) {
    this.structural = structural
    this.schema = schema
    this.#isResource = isResource
    this.items = inner(structural.items, schema.items)
    this.additional = inner(structural.additional?.schema, schema.additional)
    this.properties = new Map(
      [...structural.properties].flatMap(([name, property]) => {
        const node = inner(property, schema.properties.get(name))
        return node === undefined ? [] : [[name, node]]
      }),
    )
  }

  /** Undefined where nothing is known of the value, and so nothing can be asked of it. */
  get declaration(): Declaration | undefined {
    this.#declaration ??= declareSchema(this.schema, 'selfType', this.#isResource)
    return this.#declaration
  }

  get rules(): readonly CompiledRule[] {
    this.#rules ??= this.#compile()
    return this.#rules
  }

  #compile(): CompiledRule[] {
    const { declaration } = this
    if (declaration === undefined) return []
    return this.structural.rules.map(ruleCompiler(declaration))
  }
}

function inner(structural: Structural | undefined, schema: CelSchema | undefined): RuleNode | undefined {
  if (structural === undefined || schema === undefined || !structural.has.rules) return undefined
  return new RuleNode(structural, schema, structural.embeddedResource)
}

/** `isResource`: the schema is that of an object as a whole. Undefined when there are no rules in it. */
export function ruleNodeOf(structural: Structural, isResource: boolean): RuleNode | undefined {
  return structural.has.rules ? new RuleNode(structural, celSchemaOf(structural, isResource), isResource) : undefined
}
