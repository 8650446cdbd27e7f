/** What can go wrong between Naru and this machine's network. `reason` is the closed set. */

export type NetworkFailure =
  /** A program (nft, ip) is not installed. */
  | 'CommandMissing'
  /** A program said no; the message holds its words. */
  | 'CommandFailed'
  /** A CIDR or address in the options is none. */
  | 'InvalidAddress'

export class NetworkError extends Error {
  override name = 'NetworkError'
  readonly reason: NetworkFailure

  constructor(reason: NetworkFailure, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.reason = reason
  }
}
