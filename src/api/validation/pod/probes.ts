/** Probes and lifecycle hooks: exactly one handler each.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (validateProbe, validateHandler). */
import { portNameProblems, portNumberProblems } from '../../formats/index.ts'
import type {
  Container,
  HTTPGetAction,
  HTTPHeader,
  Lifecycle,
  LifecycleHandler,
  PodSpec,
  Probe,
} from '../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { nonNegative } from '../numbers.ts'

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const
type Handler = Partial<Pick<Probe & LifecycleHandler, (typeof HANDLERS)[number]>>
type GraceSeconds = number | undefined

export function validateProbes(container: Container, grace: GraceSeconds, at: string): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container
  const errors: FieldError[] = []
  if (livenessProbe) errors.push(...validateProbe(livenessProbe, grace, `${at}.livenessProbe`))
  if (livenessProbe && livenessProbe.successThreshold !== 1)
    errors.push(mustBeOne(livenessProbe, `${at}.livenessProbe`))
  if (readinessProbe) errors.push(...validateProbe(readinessProbe, grace, `${at}.readinessProbe`))
  const ownGrace = readinessProbe?.terminationGracePeriodSeconds
  if (ownGrace !== undefined)
    errors.push(
      invalidValue(
        `${at}.readinessProbe.terminationGracePeriodSeconds`,
        ownGrace,
        'must not be set for readinessProbes',
      ),
    )
  if (startupProbe) errors.push(...validateProbe(startupProbe, grace, `${at}.startupProbe`))
  if (startupProbe && startupProbe.successThreshold !== 1) errors.push(mustBeOne(startupProbe, `${at}.startupProbe`))
  return errors
}

const mustBeOne = (probe: Probe, at: string) =>
  invalidValue(`${at}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')

const COUNTS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

function validateProbe(probe: Probe, grace: GraceSeconds, at: string): FieldError[] {
  const errors = validateHandler(probe, grace, at)
  for (const field of COUNTS) errors.push(...nonNegative(probe[field], `${at}.${field}`))
  const own = probe.terminationGracePeriodSeconds
  if (own !== undefined && own <= 0)
    errors.push(invalidValue(`${at}.terminationGracePeriodSeconds`, own, 'must be greater than 0'))
  return errors
}

export function validateLifecycle(lifecycle: Lifecycle | undefined, spec: PodSpec, at: string): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds
  const errors: FieldError[] = []
  if (lifecycle?.postStart) errors.push(...validateHandler(lifecycle.postStart, grace, `${at}.postStart`))
  if (lifecycle?.preStop) errors.push(...validateHandler(lifecycle.preStop, grace, `${at}.preStop`))
  return errors
}

function validateHandler(handler: Handler, grace: GraceSeconds, at: string): FieldError[] {
  const [first, ...more] = HANDLERS.filter((name) => handler[name] !== undefined)
  if (first === undefined) return [required(at, 'must specify a handler type')]
  const errors = validateAction(handler, first, grace, `${at}.${first}`)
  return [...errors, ...more.map((name) => forbidden(`${at}.${name}`, 'may not specify more than 1 handler type'))]
}

function validateAction(handler: Handler, name: keyof Handler, grace: GraceSeconds, at: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  if (name === 'exec') return exec?.command?.length ? [] : [required(`${at}.command`)]
  if (name === 'tcpSocket') return validatePort(tcpSocket?.port, `${at}.port`)
  if (name === 'grpc') return validatePort(grpc?.port, `${at}.port`)
  if (name === 'sleep') return validateSleep(sleep?.seconds ?? 0, grace, at)
  return validateHttpGet(httpGet ?? {}, at)
}

function validateHttpGet({ port, scheme, httpHeaders = [] }: Partial<HTTPGetAction>, at: string): FieldError[] {
  const errors = validatePort(port, `${at}.port`)
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') errors.push(notSupported(`${at}.scheme`, scheme, ['HTTP', 'HTTPS']))
  for (const { name = '' } of httpHeaders as readonly Partial<HTTPHeader>[])
    if (!/^[-A-Za-z0-9]+$/.test(name)) errors.push(badHeader(name, at))
  return errors
}

const badHeader = (name: string, at: string) =>
  invalidValue(
    `${at}.httpHeaders`,
    name,
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
  )

/** A number, or the name of one of the container's ports. */
export function validatePort(port: string | number | undefined, path: string): FieldError[] {
  if (typeof port === 'string') return invalidFormat(path, port, portNameProblems(port))
  return invalidFormat(path, port ?? 0, portNumberProblems(port ?? 0))
}

function validateSleep(seconds: number, grace: GraceSeconds, at: string): FieldError[] {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return []
  return [invalidValue(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)]
}
