export { ALGORITHM, type CertificateRequest, importKey, issueCertificate, type KeyPair } from './issue.ts'
export { readPair, type StoredPair, writePair } from './pair-files.ts'
export { type PemBlock, pemBlocks, toPem } from './pem.ts'
export { loadX509Library, type X509Library } from './x509-library.ts'
export {
  HOST_AUTHORITY_NAME,
  type HostAuthority,
  isHostOfAuthority,
  issueHostCertificate,
  openHostAuthority,
} from './host-authority.ts'
