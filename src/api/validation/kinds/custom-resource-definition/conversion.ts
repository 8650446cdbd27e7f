/** How objects are brought from one version into another. */
import { X509Certificate } from 'node:crypto'
import { dns1035LabelProblems } from '../../../formats/index.ts'
import type { CustomResourceConversion, CustomResourceDefinition } from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../../field-error.ts'
import { validateClientConfig } from '../admission-rules.ts'

const PATH = 'spec.conversion'
const STRATEGIES = ['None', 'Webhook']
const KNOWN_REVIEWS = ['v1', 'v1beta1']

export function conversionErrors(
  conversion: CustomResourceConversion | undefined,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (conversion === undefined) return []
  const { strategy, webhook } = conversion
  const errors: FieldError[] = []
  if (!strategy) errors.push(required(`${PATH}.strategy`))
  else if (!STRATEGIES.includes(strategy)) errors.push(notSupported(`${PATH}.strategy`, strategy, STRATEGIES))
  if (strategy === 'Webhook') return [...errors, ...webhookErrors(conversion, old)]
  if (webhook?.clientConfig)
    errors.push(forbidden(`${PATH}.webhookClientConfig`, 'should not be set when strategy is not set to Webhook'))
  if ((webhook?.conversionReviewVersions ?? []).length > 0)
    errors.push(forbidden(`${PATH}.conversionReviewVersions`, 'should not be set when strategy is not set to Webhook'))
  return errors
}

function webhookErrors({ webhook }: CustomResourceConversion, old: CustomResourceDefinition | undefined): FieldError[] {
  const config = webhook?.clientConfig
  const field = `${PATH}.webhookClientConfig`
  const errors: FieldError[] = []
  if (config === undefined) errors.push(required(field, 'required when strategy is set to Webhook'))
  else {
    const { caBundle } = config
    errors.push(...validateClientConfig(config, field))
    const before = old?.spec.conversion?.webhook?.clientConfig?.caBundle
    if (caBundle && !isCaBundle(caBundle) && isEstablished(old) && (!before || isCaBundle(before)))
      errors.push(
        invalidValue(
          `${field}.caBundle`,
          caBundle,
          'unable to load root certificates: unable to parse bytes as PEM block',
        ),
      )
  }
  return [...errors, ...reviewVersionErrors(webhook?.conversionReviewVersions ?? [])]
}

const isEstablished = (definition: CustomResourceDefinition | undefined): boolean =>
  definition?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** Base64 of one or more certificates as PEM. */
export function isCaBundle(base64: string): boolean {
  const certificates = Buffer.from(base64, 'base64').toString().match(PEM) ?? []
  return certificates.length > 0 && certificates.every(isCertificate)
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== ''
  } catch {
    return false
  }
}

function reviewVersionErrors(versions: readonly string[]): FieldError[] {
  const field = `${PATH}.conversionReviewVersions`
  if (versions.length === 0) return [required(field)]
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index
      ? [invalidValue(`${field}[${index}]`, version, 'duplicate version')]
      : dns1035LabelProblems(version).map((problem) => invalidValue(`${field}[${index}]`, version, problem)),
  )
  if (!versions.some((version) => KNOWN_REVIEWS.includes(version)))
    errors.push(invalidValue(field, versions, `must include at least one of ${KNOWN_REVIEWS.join(', ')}`))
  return errors
}
