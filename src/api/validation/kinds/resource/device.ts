/** The devices of a slice. Source: kubernetes v1.34, pkg/apis/resource/validation (validateDevice). */
import { dnsLabelProblems } from '../../../formats/index.ts'
import type { Device, DeviceAttribute } from '../../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required, tooLong } from '../../field-error.ts'
import { validateAttributeName } from './names.ts'

const MAX_ENTRIES = 32
const MAX_VALUE = 64
const MAX_SHOWN_KEY = 96
const NUMBER = String.raw`(0|[1-9]\d*)`
const PART = String.raw`(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`
const BUILD = '[0-9a-zA-Z-]+'
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PART}(\\.${PART})*)?(\\+${BUILD}(\\.${BUILD})*)?$`)
const ONE_VALUE = 'exactly one value must be specified'

export function validateDevice({ name = '', attributes = {}, capacity = {} }: Partial<Device>, at: string) {
  const errors = invalidFormat(`${at}.name`, name, dnsLabelProblems(name))
  const count = Object.keys(attributes).length + Object.keys(capacity).length
  if (count > MAX_ENTRIES) {
    const why = `the total number of attributes and capacities must not exceed ${MAX_ENTRIES}`
    errors.push(invalidValue(at, count, why))
  }
  for (const [key, attribute] of Object.entries(attributes)) {
    const path = `${at}.attributes[${shown(key)}]`
    errors.push(...validateAttributeName(key, path), ...validateAttribute(attribute, path))
  }
  for (const key of Object.keys(capacity)) errors.push(...validateAttributeName(key, `${at}.capacity[${shown(key)}]`))
  return errors
}

/** The middle of a long key is left out. */
function shown(key: string): string {
  if (key.length <= MAX_SHOWN_KEY) return key
  const remaining = MAX_SHOWN_KEY - 3
  return `${key.slice(0, Math.floor((remaining + 1) / 2))}...${key.slice(key.length - Math.floor(remaining / 2))}`
}

function validateAttribute(attribute: DeviceAttribute, at: string): FieldError[] {
  const { bool, int, string, version } = attribute
  const errors: FieldError[] = []
  if (string !== undefined && Buffer.byteLength(string) > MAX_VALUE) errors.push(tooLong(`${at}.string`, MAX_VALUE))
  if (version !== undefined) {
    const why = 'must be a string compatible with semver.org spec 2.0.0'
    if (!VERSION.test(version.slice(0, 4096))) errors.push(invalidValue(`${at}.version`, version, why))
    if (Buffer.byteLength(version) > MAX_VALUE) errors.push(tooLong(`${at}.version`, MAX_VALUE))
  }
  const given = [bool, int, string, version].filter((value) => value !== undefined).length
  if (given === 0) errors.push(required(at, ONE_VALUE))
  else if (given > 1) errors.push(invalidValue(at, printed(attribute), ONE_VALUE))
  return errors
}

/** As Kubernetes' internal type has it. */
const printed = ({
  bool = null,
  int = null,
  string = null,
  version = null,
}: { [Name in keyof DeviceAttribute]: unknown }) => ({
  IntValue: int,
  BoolValue: bool,
  StringValue: string,
  VersionValue: version,
})
