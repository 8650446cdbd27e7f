/** One policy, with all its bindings, and one request. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/policy/validating/dispatcher.go. */
import type { Resource } from '../../../api/index.ts'
import { type AdmissionInput, evaluatePolicy } from '../../../api/machinery.ts'
import { errorMessage } from '../../../lib/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { admissionInput, shownAs } from '../matching/index.ts'
import { AuditNotes, FAILURE_KEY, failureNote } from './audit-notes.ts'
import { Misconfigured } from './misconfigured.ts'
import { namespaceObject } from './namespace-object.ts'
import { paramResource, paramsOf } from './params.ts'
import type { Binding, BoundPolicy, Policy } from './policies.ts'
import type { Refusal } from './refusal.ts'
import { bindingMatches, matchPolicy } from './relevant.ts'

/** Why the policy refuses the request: empty when it does not. Throws ApiError. */
export async function applyPolicy(
  { policy, bindings }: BoundPolicy,
  request: AdmissionRequest,
  backend: Backend,
): Promise<Refusal[]> {
  let target: PolicyRun | undefined
  const refusals = await overlooking(policy, undefined, async () => {
    const shownResource = matchPolicy(policy.spec, request, backend)
    if (shownResource === undefined) return []
    target = new PolicyRun(policy, request, { backend, shownResource, params: paramResource(policy.spec, backend) })
    return []
  })
  if (target === undefined) return refusals
  for (const binding of bindings) {
    const run = target
    refusals.push(...(await overlooking(policy, binding, () => run.apply(binding))))
  }
  target.notes.publish(policy.name, request.context.annotate)
  return refusals
}

/** What is misconfigured refuses the request, unless the policy is to be overlooked then. */
async function overlooking(
  { name, spec }: Policy,
  binding: Binding | undefined,
  work: () => Promise<Refusal[]>,
): Promise<Refusal[]> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error
    if (spec.failurePolicy === 'Ignore') return []
    const message = `failed to configure ${binding === undefined ? 'policy' : 'binding'}: ${error.message}`
    return [{ policy: name, binding: binding?.name, message, reason: undefined }]
  }
}

interface RunOptions {
  backend: Backend
  shownResource: Resource
  /** What parameters are. */
  params: Resource | undefined
}

class PolicyRun {
  readonly notes = new AuditNotes()
  readonly #policy: Policy
  readonly #request: AdmissionRequest
  readonly #options: RunOptions
  #input: Promise<AdmissionInput> | undefined

  constructor(policy: Policy, request: AdmissionRequest, options: RunOptions) {
    this.#policy = policy
    this.#request = request
    this.#options = options
  }

  /** Throws Misconfigured. */
  async apply(binding: Binding): Promise<Refusal[]> {
    const { backend, params: resource } = this.#options
    if (!bindingMatches(binding.spec, this.#request, backend)) return []
    const { namespace } = this.#request
    const all = await paramsOf(resource, binding.spec, { backend, namespace })
    const refusals: Refusal[] = []
    for (const params of all) refusals.push(...this.#judge(binding, params, await this.#shown()))
    return refusals
  }

  /** Made when something is to be evaluated, and for all bindings once. */
  #shown(): Promise<AdmissionInput> {
    this.#input ??= this.#show()
    return this.#input
  }

  async #show(): Promise<AdmissionInput> {
    const { backend, shownResource } = this.#options
    const shown = await shownAs(shownResource, this.#request, backend).catch((error: unknown) => {
      throw new Misconfigured(`failed to convert object version: ${errorMessage(error)}`, { cause: error })
    })
    return admissionInput(this.#request, shown, { backend, namespace: namespaceObject(this.#request, backend) })
  }

  #judge(binding: Binding, params: unknown, input: AdmissionInput): Refusal[] {
    const { name: policy, spec, expressions } = this.#policy
    const ignoreFailures = spec.failurePolicy === 'Ignore'
    const result = evaluatePolicy(expressions(), { input, params, ignoreFailures })
    for (const annotation of result.annotations) this.notes.add(annotation)
    const denied = result.denials.filter((denial) => this.#act(binding, denial))
    const unmade = result.annotationErrors.map((message) => ({ message, reason: undefined }))
    return [...denied, ...unmade].map(({ message, reason }) => ({ policy, binding: binding.name, message, reason }))
  }

  /** Whether the denial is to refuse the request. */
  #act(binding: Binding, denial: { index: number; message: string }): boolean {
    const { context } = this.#request
    const actions = binding.spec.validationActions ?? []
    if (actions.includes('Audit')) context.annotate(FAILURE_KEY, failureNote(binding, denial))
    if (actions.includes('Warn')) {
      const by = `ValidatingAdmissionPolicy '${this.#policy.name}' with binding '${binding.name}'`
      context.warn(`Validation failed for ${by}: ${denial.message}`)
    }
    return actions.includes('Deny')
  }
}
