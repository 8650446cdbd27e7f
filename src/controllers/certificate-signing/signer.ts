/** The one who has the cluster's key: the controller asks it, and never sees the key. */

/** What a request asks to be vouched for. */
export interface RequestedSubject {
  commonName: string
  organizations: readonly string[]
  dnsNames: readonly string[]
  ipAddresses: readonly string[]
  emailAddresses: readonly string[]
  uris: readonly string[]
}

export interface CertificateSigner {
  /** Throws an Error saying what is wrong with the request (PEM). */
  read(requestPem: string): Promise<RequestedSubject>
  /** The certificate (PEM). */
  sign(requestPem: string, options: { usages: readonly string[]; lifetimeMs: number }): Promise<string>
}
