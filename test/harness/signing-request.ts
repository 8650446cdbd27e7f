/** Certificate signing requests as clients make them. */
import { webcrypto } from 'node:crypto'
import { loadX509Library } from '../../src/certificates/index.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface MadeRequest {
  requestPem: string
  keyPem: string
}

/** `name`: `CN=jane, O=devs`. */
export async function makeSigningRequest(name: string, dnsNames: readonly string[] = []): Promise<MadeRequest> {
  const { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } = await loadX509Library()
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const names = dnsNames.map((value) => ({ type: 'dns' as const, value }))
  const request = await Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: ALGORITHM,
    ...(names.length > 0 && { extensions: [new SubjectAlternativeNameExtension(names)] }),
  })
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    requestPem: request.toString('pem'),
    keyPem: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  }
}
