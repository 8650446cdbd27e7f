export { runCertificateSigningController } from './run.ts'
export type { CertificateSigner, RequestedSubject } from './signer.ts'
