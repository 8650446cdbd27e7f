/** What a webhook is asked: an AdmissionReview. Source: admission.k8s.io/v1 and k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/webhook/request. */
import type { AdmissionRequest } from '../admission-request.ts'
import { requestFacts, type Shown, typed } from '../matching/index.ts'

const GROUP = 'admission.k8s.io'
const KNOWN_VERSIONS = ['v1', 'v1beta1'] as const
export type ReviewVersion = (typeof KNOWN_VERSIONS)[number]

/** The first version the webhook takes that is spoken here. */
export const reviewVersionOf = (versions: readonly string[] | undefined): ReviewVersion | undefined =>
  (versions ?? []).find((version): version is ReviewVersion => (KNOWN_VERSIONS as readonly string[]).includes(version))

export interface AdmissionReview {
  apiVersion: string
  kind: 'AdmissionReview'
  request: Record<string, unknown> & { uid: string }
}

export function admissionReview(
  version: ReviewVersion,
  uid: string,
  { request, shown }: { request: AdmissionRequest; shown: Shown },
): AdmissionReview {
  const { options, ...facts } = requestFacts(request, shown.resource)
  return {
    apiVersion: `${GROUP}/${version}`,
    kind: 'AdmissionReview',
    request: {
      uid,
      ...facts,
      object: typed(shown.object, shown.resource),
      oldObject: typed(shown.oldObject, shown.resource),
      options,
    },
  }
}
