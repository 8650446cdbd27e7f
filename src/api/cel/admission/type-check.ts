/** What is wrong with the expressions of an admission policy, given the kinds of objects that it is about. Only ever a
 *  warning. Source: k8s.io/apiserver v0.34, pkg/admission/plugin/policy/validating/typechecking.go. (There, quantities
 *  and values without a schema are no fields at all; here they are of any type.) */
import type { JSONSchemaProps, ValidatingAdmissionPolicySpec } from '../../generated/types.ts'
import { toStructural } from '../../structural/index.ts'
import { compileCel } from '../compile.ts'
import { builtinCelSchema, objectMetaSchema } from '../declare/builtin-schema.ts'
import { declareSchema } from '../declare/declare-schema.ts'
import type { Declaration } from '../declare/declaration.ts'
import { celSchemaOf } from '../declare/structural-schema.ts'
import { PolicyEnvironment } from './policy-expressions.ts'

export interface KnownKind {
  group: string
  version: string
  kind: string
  /** What a CustomResourceDefinition says of it; missing: it is built in. */
  schema?: JSONSchemaProps | undefined
}

export interface ExpressionWarning {
  fieldRef: string
  warning: string
}

/** `params`: the kind of the parameters, if it is known. */
export function typeCheckPolicy(
  spec: ValidatingAdmissionPolicySpec,
  { kinds, params }: { kinds: readonly KnownKind[]; params: KnownKind | undefined },
): ExpressionWarning[] {
  const declared = params && declare(params)
  const subjects = kinds.flatMap((kind): Subject[] => {
    const object = declare(kind)
    return object === undefined ? [] : [{ kind, environment: environmentOf(spec, object, declared) }]
  })
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => {
    const path = `spec.validations[${index}]`
    return [
      ...warningsOf(`${path}.expression`, expression, subjects),
      ...(messageExpression ? warningsOf(`${path}.messageExpression`, messageExpression, subjects) : []),
    ]
  })
}

interface Subject {
  kind: KnownKind
  environment: PolicyEnvironment
}

function declare(kind: KnownKind): Declaration | undefined {
  const schema = kind.schema === undefined ? builtinCelSchema(kind) : customSchema(kind.schema)
  return schema && declareSchema(schema, kind.kind, true)
}

/** Every object has all of `metadata`. */
function customSchema(schema: JSONSchemaProps) {
  const own = celSchemaOf(toStructural(schema), true)
  return { ...own, properties: new Map(own.properties).set('metadata', objectMetaSchema()) }
}

function environmentOf(
  { variables = [] }: ValidatingAdmissionPolicySpec,
  object: Declaration,
  params: Declaration | undefined,
): PolicyEnvironment {
  const environment = new PolicyEnvironment(
    { object, oldObject: object, ...(params && { params }) },
    { hasVariables: variables.length > 0 },
  )
  for (const { name, expression } of variables) {
    const compiled = compileCel(expression, environment.asking)
    environment.add(name, compiled.ok ? compiled.type : undefined)
  }
  return environment
}

function warningsOf(fieldRef: string, expression: string, subjects: readonly Subject[]): ExpressionWarning[] {
  const warnings = subjects.flatMap(({ kind, environment }) => {
    const compiled = compileCel(expression, environment.asking)
    if (compiled.ok || compiled.instantiation) return []
    return [`${kind.group}/${kind.version}, Kind=${kind.kind}: ${compiled.error}\n`]
  })
  return warnings.length === 0 ? [] : [{ fieldRef, warning: warnings.join('\n') }]
}
