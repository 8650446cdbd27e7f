/** What is said of blocks that fields of old let pass. What cannot be read has no warning.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/validation/ip.go (GetWarningsForCIDR). */
import { isIP } from 'node:net'
import { formatIpAddress, isMappedAddress, networkOf, parseIpBlock } from './addresses.ts'

export function blockWarnings(at: string, text: string): string[] {
  const block = parseIpBlock(text)
  if (block === undefined) return []
  const [base = '', length = ''] = text.split('/')
  const network = networkOf(block)
  const canonical = `${formatIpAddress(network)}/${block.prefixLength}`
  const warnings: string[] = []
  if (network.value !== block.value) {
    const alone = `${formatIpAddress(block)}/${base.includes(':') ? 128 : 32}`
    warnings.push(`${at}: CIDR value "${text}" is ambiguous in this context (should be "${canonical}" or "${alone}"?)`)
  }
  if (isIP(base) === 0 || /^0\d/.test(length) || isMappedAddress(base, block))
    warnings.push(
      `${at}: non-standard CIDR value "${text}" will be considered invalid in a future Kubernetes release: use "${canonical}"`,
    )
  if (warnings.length > 0 || block.family === 4 || text === canonical) return warnings
  return [`${at}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${canonical}")`]
}
