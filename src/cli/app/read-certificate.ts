/** A certificate and its key, from files, looked at before they are given to a cluster. Nothing of the key is in an error. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pemBlocks, toPem } from '../../certificates/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { CliError } from '../errors.ts'

export interface CertificateFiles {
  cert: string
  key: string
  /** What they are relative to. */
  cwd: string
}

export interface GivenCertificate {
  /** The server's own first, then those that vouch for it. */
  certPem: string
  keyPem: string
  validToMs: number
}

/** Throws CliError `certificate…`. */
export async function readCertificate(
  { cert, key, cwd }: CertificateFiles,
  { host, nowMs }: { host: string; nowMs: number },
): Promise<GivenCertificate> {
  const [certText, keyText] = await Promise.all([readPem(cwd, cert), readPem(cwd, key)])
  const certificates = pemBlocks(certText).filter(({ label }) => label === 'CERTIFICATE')
  const [leaf] = certificates.map(({ der }) => parse(der, cert))
  if (leaf === undefined) throw CliError.of('certificateMalformed', { path: cert })
  const privateKey = parseKey(keyText, key)
  if (!leaf.checkPrivateKey(privateKey)) throw CliError.of('certificateKeyOther', { cert, key })
  const { subjectAltName: names } = leaf
  if (names === undefined) throw CliError.of('certificateNoHost', { cert, host })
  if (leaf.checkHost(host, { subject: 'never' }) === undefined)
    throw CliError.of('certificateOtherHost', { cert, host, names })
  const validToMs = Date.parse(leaf.validTo)
  if (validToMs <= nowMs || Date.parse(leaf.validFrom) > nowMs)
    throw CliError.of('certificateNotValid', { cert, from: day(Date.parse(leaf.validFrom)), to: day(validToMs) })
  return {
    certPem: certificates.map(({ der }) => toPem('CERTIFICATE', der)).join(''),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    validToMs,
  }
}

export const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

async function readPem(cwd: string, path: string): Promise<string> {
  return readFile(resolve(cwd, path), 'utf8').catch((error: unknown) => {
    throw CliError.of('certificateUnreadable', { path, reason: errorMessage(error) }, { cause: error })
  })
}

function parse(der: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(der)
  } catch {
    throw CliError.of('certificateMalformed', { path })
  }
}

function parseKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw CliError.of('certificateKeyMalformed', { path })
  }
}
