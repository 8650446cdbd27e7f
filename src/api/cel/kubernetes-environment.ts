/** The environment that Kubernetes compiles expressions in: its functions, macros and types.
 *  Source: k8s.io/apiserver v0.34, pkg/cel/environment/base.go, as it is for new expressions. (Functions that came with
 *  v1.34 itself are for the next version's: what is stored must be readable by the version before.) */
import type { Environment } from './check/environment.ts'
import { type Functions, mergeFunctions } from './check/overload.ts'
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
} from './check/types.ts'
import { type Declaration, objectTypesOf } from './declare/declaration.ts'
import { arithmetic } from './functions/arithmetic.ts'
import { conversions } from './functions/conversions.ts'
import { formatFunction } from './functions/format.ts'
import { CIDR, IP } from './functions/kubernetes/addresses.ts'
import { authorizerFunctions } from './functions/kubernetes/authorizers.ts'
import { formatFunctions } from './functions/kubernetes/formats.ts'
import { networkFunctions } from './functions/kubernetes/networks.ts'
import { quantityFunctions } from './functions/kubernetes/quantities.ts'
import { semverFunctions } from './functions/kubernetes/semvers.ts'
import { urlFunctions } from './functions/kubernetes/urls.ts'
import { listFunctions } from './functions/lists.ts'
import { mapInsertFunctions } from './functions/map-insert.ts'
import { optionalFunctions } from './functions/optionals.ts'
import { regexFunctions } from './functions/regexes.ts'
import { relations } from './functions/relations.ts'
import { stringFunctions } from './functions/strings.ts'
import { timeFunctions } from './functions/times.ts'
import { MACROS } from './syntax/macros/macros.ts'

const FUNCTIONS: Functions = mergeFunctions([
  relations,
  arithmetic,
  conversions,
  stringFunctions,
  regexFunctions,
  timeFunctions,
  formatFunction,
  optionalFunctions,
  listFunctions,
  mapInsertFunctions,
  urlFunctions,
  quantityFunctions,
  networkFunctions,
  formatFunctions,
  semverFunctions,
  authorizerFunctions,
])

const NAMED = [BOOL, BYTES, DOUBLE, DURATION, INT, NULL, STRING, TIMESTAMP, UINT, IP, CIDR]
const CONTAINERS = [listOf(DYN), mapOf(DYN, DYN), typeOf(DYN), optionalOf(DYN)]
const TYPES: ReadonlyMap<string, CelType> = new Map([...NAMED, ...CONTAINERS].map((type) => [type.name, type]))

export interface CelEnvironment extends Environment {
  /** What sizes of variables are estimated by. */
  root: Declaration | undefined
}

/** The first variable is the one that sizes are estimated by. */
export function kubernetesEnvironment(variables: Readonly<Record<string, Declaration>>): CelEnvironment {
  const declarations = Object.values(variables)
  return {
    variables: new Map(Object.entries(variables).map(([name, { type }]) => [name, type])),
    functions: FUNCTIONS,
    macros: MACROS,
    typeNames: TYPES,
    objects: objectTypesOf(declarations),
    root: declarations[0],
  }
}
