/** Why the server's own certificates cannot be used. */
export class CertificateError extends Error {
  override name = 'CertificateError'
}
