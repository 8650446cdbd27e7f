/** Naru's own kinds. */
import type {
  App,
  AppAutoscaling,
  AppBinding,
  AppContent,
  AppProcess,
  AppReleaseStep,
  AppTrafficTarget,
  Release,
} from '../../app-types.ts'
import { dnsLabelProblems, dnsSubdomainProblems, portNumberProblems } from '../../formats/index.ts'
import { scheduleProblem, timeZoneProblem } from '../../schedule/index.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  required,
  tooLong,
} from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { validateEnv } from '../pod/env.ts'
import { validateProbes } from '../pod/probes.ts'
import { validateResources } from '../pod/resources.ts'
import { probed, validateBeside, validateServicePorts } from './app-containers.ts'
import { validateMaintenance, validateRoutes } from './app-routes.ts'
import { validateTls } from './app-tls.ts'
import { variableProblems } from './backing.ts'
import { labelProblems } from './label-problems.ts'

/** What is made of an app has its name and more in it, and a CronJob, `<app>-<process>`, may have 52 characters. */
const MAX_APP_NAME = 32
const MAX_PROCESS_NAME = 19

export const appRules: KindRules<App> = {
  validate: ({ metadata: { name }, spec }) => {
    if (spec === undefined) return []
    return [
      ...((name ?? '').length > MAX_APP_NAME ? [tooLong('metadata.name', MAX_APP_NAME)] : []),
      ...validateContent(spec),
      ...validateHosts(spec.hosts ?? []),
      ...validateRoutes(spec.routes ?? []),
      ...validateTls(spec.tls?.certificates ?? []),
      ...(spec.maintenance === undefined ? [] : validateMaintenance(spec.maintenance)),
      ...(spec.traffic === undefined ? [] : validateTraffic(spec.traffic)),
    ]
  },
}

export const releaseRules: KindRules<Release> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const errors = [...invalidFormat('spec.app', spec.app, labelProblems(spec.app)), ...validateContent(spec)]
    if (spec.number < 1) errors.push(invalidValue('spec.number', spec.number, 'must be greater than 0'))
    return errors
  },
  validateUpdate: ({ spec }, old) => immutable(spec, old.spec, 'spec', 'a release does not change; make a new one'),
}

function validateContent(content: AppContent): FieldError[] {
  const { image, port, servicePorts = [], env, configuration, bindings = [], processes = [], releaseStep } = content
  const errors: FieldError[] = []
  if (image === '') errors.push(required('spec.image'))
  if (port !== undefined) errors.push(...invalidFormat('spec.port', port, portNumberProblems(port)))
  errors.push(...validateServicePorts(servicePorts), ...validateEnv(env ?? [], 'spec.env'))
  if (configuration !== undefined)
    errors.push(...invalidFormat('spec.configuration', configuration, dnsSubdomainProblems(configuration)))
  errors.push(...validateBindings(bindings))
  const names = new Set<string>()
  processes.forEach((process, index) => {
    const at = `spec.processes[${index}]`
    if (names.has(process.name)) errors.push(duplicate(`${at}.name`, process.name))
    names.add(process.name)
    errors.push(...validateProcess(process, at))
  })
  if (releaseStep !== undefined) errors.push(...validateReleaseStep(releaseStep))
  return errors
}

function validateBindings(bindings: readonly AppBinding[]): FieldError[] {
  return bindings.flatMap(({ resource, prefix, variables = [] }, index) => {
    const at = `spec.bindings[${index}]`
    // Missing: the schema says so.
    if (typeof resource !== 'string') return []
    const errors = invalidFormat(`${at}.resource`, resource, dnsLabelProblems(resource))
    if (prefix !== undefined) errors.push(...variableProblems(`${at}.prefix`, prefix))
    variables.forEach(({ name, key }, place) => {
      const where = `${at}.variables[${place}]`
      errors.push(...variableProblems(`${where}.name`, name))
      if (key === '') errors.push(required(`${where}.key`))
    })
    const isTwice = bindings.findIndex((other) => other.resource === resource) < index
    return isTwice ? [...errors, duplicate(`${at}.resource`, resource)] : errors
  })
}

function validateProcess(process: AppProcess, at: string): FieldError[] {
  const { name, env, replicas, autoscaling, schedule, timeZone, resources } = process
  const errors = invalidFormat(`${at}.name`, name, labelProblems(name))
  if ((name ?? '').length > MAX_PROCESS_NAME)
    errors.push(invalidValue(`${at}.name`, name, `must be no more than ${MAX_PROCESS_NAME} characters`))
  errors.push(
    ...validateEnv(env ?? [], `${at}.env`),
    ...nonNegative(replicas, `${at}.replicas`),
    ...validateResources(resources, `${at}.resources`),
    ...validateProbes(probed(process), undefined, at),
    ...validateBeside(process, at),
  )
  if (autoscaling !== undefined) errors.push(...validateAutoscaling(autoscaling, process, `${at}.autoscaling`))
  if (timeZone !== undefined) {
    if (schedule === undefined) errors.push(forbidden(`${at}.timeZone`, 'may only be set together with schedule'))
    const problem = timeZoneProblem(timeZone)
    if (problem !== undefined) errors.push(invalidValue(`${at}.timeZone`, timeZone, problem))
  }
  if (schedule === undefined) return errors
  const problem = scheduleProblem(schedule)
  if (problem !== undefined) errors.push(invalidValue(`${at}.schedule`, schedule, problem))
  for (const field of ['replicas', 'autoscaling', 'readinessProbe', 'livenessProbe', 'startupProbe'] as const)
    if (process[field] !== undefined)
      errors.push(forbidden(`${at}.${field}`, 'may not be set for a process that runs by schedule'))
  return errors
}

function validateAutoscaling(autoscaling: AppAutoscaling, { resources }: AppProcess, at: string): FieldError[] {
  const { minReplicas = 1, maxReplicas, targetCpuPercent } = autoscaling
  const errors: FieldError[] = []
  if (minReplicas < 1) errors.push(invalidValue(`${at}.minReplicas`, minReplicas, 'must be greater than 0'))
  if (maxReplicas < minReplicas)
    errors.push(invalidValue(`${at}.maxReplicas`, maxReplicas, 'must be greater than or equal to `minReplicas`'))
  if (targetCpuPercent !== undefined && targetCpuPercent < 1)
    errors.push(invalidValue(`${at}.targetCpuPercent`, targetCpuPercent, 'must be greater than 0'))
  if (resources?.requests?.cpu === undefined && resources?.limits?.cpu === undefined)
    errors.push(required(at.replace('autoscaling', 'resources.requests.cpu'), 'percentages are of it'))
  return errors
}

function validateReleaseStep({ command = [], args = [], timeoutSeconds }: AppReleaseStep): FieldError[] {
  const errors: FieldError[] = []
  if (command.length + args.length === 0) errors.push(required('spec.releaseStep.command'))
  if (timeoutSeconds !== undefined && timeoutSeconds < 1)
    errors.push(invalidValue('spec.releaseStep.timeoutSeconds', timeoutSeconds, 'must be greater than 0'))
  return errors
}

function validateHosts(hosts: readonly string[]): FieldError[] {
  return hosts.flatMap((host, index) => {
    const at = `spec.hosts[${index}]`
    const errors = invalidFormat(at, host, dnsSubdomainProblems(host))
    return hosts.indexOf(host) < index ? [...errors, duplicate(at, host)] : errors
  })
}

/** Source of the rules: Knative Serving v1, TrafficTarget. */
function validateTraffic(traffic: readonly AppTrafficTarget[]): FieldError[] {
  const errors: FieldError[] = []
  const tags = new Set<string>()
  const targets = new Set<number | undefined>()
  traffic.forEach(({ release, percent, tag }, index) => {
    const at = `spec.traffic[${index}]`
    if (percent < 0 || percent > 100) errors.push(invalidValue(`${at}.percent`, percent, 'must be between 0 and 100'))
    if (release !== undefined && release < 1)
      errors.push(invalidValue(`${at}.release`, release, 'must be greater than 0'))
    if (targets.has(release)) errors.push(duplicate(`${at}.release`, release ?? 'the newest'))
    targets.add(release)
    if (tag === undefined) return
    errors.push(...invalidFormat(`${at}.tag`, tag, dnsLabelProblems(tag)))
    if (tags.has(tag)) errors.push(duplicate(`${at}.tag`, tag))
    tags.add(tag)
  })
  const sum = traffic.reduce((total, { percent }) => total + percent, 0)
  if (!Number.isNaN(sum) && sum !== 100)
    errors.push(invalidValue('spec.traffic', sum, `the percentages make ${sum}; together they must make 100`))
  return errors
}
