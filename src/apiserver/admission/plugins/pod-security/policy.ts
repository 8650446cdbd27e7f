/** The Pod Security policy of a namespace: its labels say which level is enforced, audited and warned of, and as which
 *  version of Kubernetes had it. Source: k8s.io/pod-security-admission v0.34, api (helpers.go). */
import type { FieldError } from '../../../../api/index.ts'

const LEVELS = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof LEVELS)[number]

/** `latest`, or the minor version of Kubernetes 1. */
type PolicyVersion = 'latest' | number

export interface LevelVersion {
  level: Level
  version: PolicyVersion
}

export interface Policy {
  enforce: LevelVersion
  audit: LevelVersion
  warn: LevelVersion
}

const PREFIX = 'pod-security.kubernetes.io/'
const PRIVILEGED: LevelVersion = { level: 'privileged', version: 'latest' }

type Labels = Readonly<Record<string, string>> | undefined

/** A policy is always made: what cannot be read counts as the strictest where it is enforced, else as nothing. */
export function policyOf(labels: Labels): { policy: Policy; errors: FieldError[] } {
  const errors: FieldError[] = []
  const enforce = readMode('enforce', labels, errors)
  const audit = readMode('audit', labels, errors)
  const warn = readMode('warn', labels, errors)
  const policy: Policy = {
    enforce: { level: enforce.level ?? (enforce.hasLevel ? 'restricted' : 'privileged'), version: enforce.version },
    audit: { level: audit.level ?? 'privileged', version: audit.version },
    warn: { level: warn.level ?? 'privileged', version: warn.version },
  }
  // Who enforces wants to be warned by default.
  if (!warn.hasLevel && enforce.level !== undefined && enforce.level !== 'privileged')
    policy.warn = { level: enforce.level, version: warn.hasVersion ? warn.version : enforce.version }
  return { policy, errors }
}

function readMode(mode: string, labels: Labels, errors: FieldError[]) {
  const level = own(labels, `${PREFIX}${mode}`)
  const version = own(labels, `${PREFIX}${mode}-version`)
  const known = LEVELS.find((one) => one === level)
  if (level !== undefined && known === undefined)
    errors.push(badLabel(`${PREFIX}${mode}`, level, `must be one of ${LEVELS.join(', ')}`))
  const minor = version === undefined ? undefined : parseVersion(version)
  if (version !== undefined && minor === undefined)
    errors.push(badLabel(`${PREFIX}${mode}-version`, version, 'must be "latest" or "v1.x"'))
  return {
    level: known,
    hasLevel: level !== undefined,
    version: minor ?? PRIVILEGED.version,
    hasVersion: version !== undefined,
  }
}

const own = (labels: Labels, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

function parseVersion(text: string): PolicyVersion | undefined {
  if (text === 'latest') return text
  const minor = /^v1\.(\d|[1-9]\d{0,8})$/.exec(text)?.[1]
  return minor === undefined ? undefined : Number(minor)
}

const badLabel = (key: string, value: string, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: `metadata.labels[${key}]`,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
})

/** `baseline:latest`, `restricted:v1.30`. */
export const printed = ({ level, version }: LevelVersion): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`

export const samePolicy = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.version === b.version

/** Whether `a` allows no less than `b`. */
export const isNoStricter = (a: LevelVersion, b: LevelVersion): boolean =>
  LEVELS.indexOf(a.level) <= LEVELS.indexOf(b.level)
