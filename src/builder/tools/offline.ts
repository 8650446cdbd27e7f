/** Whether a program that failed to fetch something had no network to fetch it through. */

/** What apt, npm, Node.js, pip, Go, curl and Java say then; the C library's and the kernel's words. */
const NO_NETWORK =
  /Temporary failure (?:resolving|in name resolution)|Could not resolve|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|Network is unreachable|No route to host|UnknownHostException|no such host|ENOTFOUND|server misbehaving|Connection timed out/i

/** What to do about it; undefined when the lines do not look like it. */
export function offlineHint(lines: readonly string[]): string | undefined {
  return lines.some((line) => NO_NETWORK.test(line))
    ? 'This machine seems to have no network: deploy again once it has. What an earlier deploy has fetched needs none.'
    : undefined
}

/** The C library asks a name server that is not there thrice for five seconds each time, and for every name anew. */
export const SHORT_LOOKUPS = { RES_OPTIONS: 'timeout:2 attempts:1' }
