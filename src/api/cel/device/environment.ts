/** What the selectors of devices see: the device, its attributes and its capacities, each under the domain that names it.
 *  Source: k8s.io/dynamic-resource-allocation v0.34, cel/compile.go, without the consumable capacities of v1.35. */
import { ANY, STRING } from '../check/types.ts'
import { type Declaration, mapDeclaration, objectDeclaration, simple } from '../declare/declaration.ts'
import { QUANTITY } from '../functions/kubernetes/quantities.ts'
import { type CelEnvironment, kubernetesEnvironment } from '../kubernetes-environment.ts'
import { bind } from '../syntax/macros/bind.ts'

const MAX_ENTRIES = 32
const MAX_DOMAIN = 63
const MAX_ID = 32
const MAX_DRIVER = 63
const MAX_VALUE = 64

const text = (maxLength: number) => simple(STRING, 2, maxLength)
const mapOf = (maxKey: number, element: Declaration): Declaration => ({
  ...mapDeclaration(element, MAX_ENTRIES),
  key: text(maxKey),
})

const attribute = simple(ANY, 1, MAX_VALUE)
/** `device.attributes["example.com"].model`: whatever its name, an attribute is as large as any. */
const attributes: Declaration = { ...mapOf(MAX_ID, attribute), unnamed: attribute }

const device = objectDeclaration(
  'kubernetes.DRADevice',
  new Map([
    ['driver', text(MAX_DRIVER)],
    ['attributes', mapOf(MAX_DOMAIN, attributes)],
    ['capacity', mapOf(MAX_DOMAIN, mapOf(MAX_ID, simple(QUANTITY, 1, 0)))],
  ]),
)

export function deviceEnvironment(): CelEnvironment {
  const environment = kubernetesEnvironment({ device })
  return { ...environment, macros: new Map([...environment.macros, ['.bind/3', bind]]) }
}
