/** Which certificate a client is shown: one that was given for the host, else one of our own authority, made when it is
 *  first asked for. */
import { createSecureContext, type SecureContext } from 'node:tls'
import {
  type HostAuthority,
  isHostOfAuthority,
  issueHostCertificate,
  type KeyPair,
} from '../../../certificates/index.ts'
import type { Clock } from '../../../lib/index.ts'
import type { GivenCertificate } from '../../table/table.ts'
import type { TableSource } from '../../table-source.ts'

export interface HostCertificatesOptions {
  readonly tables: TableSource
  readonly authority: HostAuthority
  readonly clock: Clock
  /** How long a client waits for a gateway that does not know the given certificates yet. */
  readonly holdMs: number
  readonly stop: AbortSignal
}

interface Made {
  readonly context: Promise<SecureContext>
  readonly madeAt: number
}

/** Anybody may ask for any name. */
const MAX_HOSTS = 256
/** A third of how long they are valid. */
const MAX_AGE_MS = 10 * 86_400_000
const HOST = /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/
const MAX_HOST_CHARACTERS = 253

export class HostCertificates {
  readonly #options: HostCertificatesOptions
  /** The least recently used first. */
  readonly #made = new Map<string, Made>()
  readonly #given = new WeakMap<GivenCertificate, SecureContext>()

  constructor(options: HostCertificatesOptions) {
    this.#options = options
  }

  /** For clients that name no host, or one that there is no certificate for: they say why they do not take it. */
  get fallback(): KeyPair {
    const { certPem, keyPem } = this.#options.authority.fallback
    return { certPem, keyPem }
  }

  /** Undefined: show the fallback. */
  async contextFor(name: string): Promise<SecureContext | undefined> {
    const host = name.toLowerCase()
    const given = await this.#givenFor(host)
    if (given !== undefined) return this.#contextOf(given)
    if (host.length > MAX_HOST_CHARACTERS || !HOST.test(host) || !isHostOfAuthority(host)) return undefined
    return this.#ownFor(host)
  }

  async #givenFor(host: string): Promise<GivenCertificate | undefined> {
    const { tables, holdMs, stop } = this.#options
    if (tables.current === undefined) await tables.nextChange(holdMs, stop)
    const certificates = tables.current?.certificates
    if (certificates === undefined) return undefined
    const exact = certificates.get(host)
    if (exact !== undefined || certificates.size === 0) return exact
    for (let dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
      const wildcard = certificates.get(`*${host.slice(dot)}`)
      if (wildcard !== undefined) return wildcard
    }
    return undefined
  }

  #contextOf(given: GivenCertificate): SecureContext {
    const present = this.#given.get(given)
    if (present !== undefined) return present
    const context = contextOf(given)
    this.#given.set(given, context)
    return context
  }

  #ownFor(host: string): Promise<SecureContext> {
    const { authority, clock } = this.#options
    const nowMs = clock.now()
    const present = this.#made.get(host)
    this.#made.delete(host)
    if (present !== undefined && Math.abs(nowMs - present.madeAt) < MAX_AGE_MS) {
      this.#made.set(host, present)
      return present.context
    }
    const context = issueHostCertificate(authority.authority, host, nowMs).then(contextOf)
    this.#made.set(host, { context, madeAt: nowMs })
    context.catch(() => this.#made.delete(host))
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= MAX_HOSTS) break
      this.#made.delete(oldest)
    }
    return context
  }
}

const contextOf = ({ certPem, keyPem }: KeyPair): SecureContext =>
  createSecureContext({ cert: certPem, key: keyPem, minVersion: 'TLSv1.2' })
