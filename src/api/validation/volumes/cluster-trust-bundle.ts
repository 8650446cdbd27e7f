/** Files of the certificates that a cluster trusts. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateProjectionSources, ValidateClusterTrustBundleName). */
import { dnsSubdomainProblems } from '../../formats/index.ts'
import type { ClusterTrustBundleProjection } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validateSelector } from '../kinds/selector.ts'
import { validateSignerName } from '../signer-name.ts'
import { validateFilePath } from './files.ts'
import { validatePresent } from './present.ts'

export const validateClusterTrustBundle = (bundle: ClusterTrustBundleProjection, at: string): FieldError[] => [
  ...validateChoice(bundle, at),
  ...validatePresent(bundle, ['path'], at),
  ...validateFilePath(bundle.path, `${at}.path`),
]

/** One bundle by its name, or all of a signer that match. */
function validateChoice(bundle: ClusterTrustBundleProjection, at: string): FieldError[] {
  const { name, signerName, labelSelector } = bundle
  if (name !== undefined && signerName !== undefined)
    return [invalidValue(at, internalForm(bundle), 'only one of name and signerName may be used')]
  if (signerName !== undefined)
    return [
      ...(signerName === '' ? [required(`${at}.signerName`, 'must be a valid signer name')] : []),
      ...validateSignerName(`${at}.signerName`, signerName),
      ...(labelSelector === undefined ? [] : validateSelector(labelSelector, `${at}.labelSelector`)),
    ]
  if (name === undefined) return [required(at, 'either name or signerName must be specified')]
  const problems = bundleNameProblems(name).map((problem) => `not a valid clustertrustbundlename: ${problem}`)
  return [
    ...(name === '' ? [required(`${at}.name`, 'must be a valid object name')] : []),
    ...invalidFormat(`${at}.name`, name, problems),
    ...(labelSelector === undefined
      ? []
      : [invalidValue(`${at}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified')]),
  ]
}

/** `<signer's domain>:<signer's path>:<name>`, or a name alone. */
const bundleNameProblems = (name: string): string[] =>
  name.lastIndexOf(':') === 0
    ? ['ClusterTrustBundle without signer name must not have ":" in its name']
    : dnsSubdomainProblems(name.slice(name.lastIndexOf(':') + 1))

/** As Kubernetes' messages print it. */
const internalForm = ({ name, signerName, labelSelector, optional, path }: ClusterTrustBundleProjection) => ({
  Name: name ?? null,
  SignerName: signerName ?? null,
  LabelSelector: labelSelector ?? null,
  Optional: optional ?? null,
  Path: path,
})
