/** Content digests. Grammar: OCI image spec v1.1, descriptor.md: `algorithm ":" encoded`. */
import { createHash, type Hash } from 'node:crypto'
import type { Readable } from 'node:stream'

/** Registered algorithms and the length of their lower-case hex form. */
const ENCODED_LENGTH = { sha256: 64, sha512: 128 } as const

export type DigestAlgorithm = keyof typeof ENCODED_LENGTH

export interface ParsedDigest {
  algorithm: DigestAlgorithm
  hex: string
}

/** The parts of a digest of a registered algorithm, or undefined when `text` is none. */
export function parseDigest(text: string): ParsedDigest | undefined {
  const match = /^(sha256|sha512):([a-f0-9]+)$/.exec(text)
  if (match === null) return undefined
  const algorithm = match[1] as DigestAlgorithm
  const hex = match[2] ?? ''
  return hex.length === ENCODED_LENGTH[algorithm] ? { algorithm, hex } : undefined
}

export function isDigest(text: string): boolean {
  return parseDigest(text) !== undefined
}

export function hashFor(digest: ParsedDigest): Hash {
  return createHash(digest.algorithm)
}

/** `sha256:…` of bytes or text (UTF-8). */
export function digestOf(content: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

/** The hex digest of a stream's bytes, in `digest`'s algorithm. */
export async function hashStream(digest: ParsedDigest, stream: Readable): Promise<string> {
  const hash = hashFor(digest)
  for await (const chunk of stream) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
