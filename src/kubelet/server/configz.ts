/** /configz: what this kubelet does, as the configuration of one that is told to do so. What cannot be said in its words
 *  is left out. Source: k8s.io/kubelet v0.34, config/v1beta1 (KubeletConfiguration). */
import type { Exchange } from '../../api/index.ts'
import { DEFAULT_THRESHOLDS, type Threshold, TRANSITION_MS } from '../eviction/thresholds.ts'
import { HIGH_PERCENT, LOW_PERCENT, MAX_UNUSED_MS, MIN_AGE_MS } from '../images-collection.ts'
import { INTERVAL_MS, MAX_BYTES, MAX_FILES } from '../logs/rotate.ts'
import { LEASE_SECONDS, RENEW_MS, STATUS_MS } from '../node/heartbeat.ts'
import type { ClusterDns } from '../pod/config.ts'
import { ALLOWED_GOOD_FOR_MS, REFUSED_GOOD_FOR_MS } from './access/node-rights.ts'
import { TOKEN_GOOD_FOR_MS } from './access/token-user.ts'
import { LISTEN_HOST } from './https-server.ts'
import { plainText } from './plain-text.ts'

export interface ConfigzOptions {
  /** Undefined: it has no server. */
  port: () => number | undefined
  maxPods: number
  podCidr: string
  clusterDns: ClusterDns | undefined
}

export function configzExchange(options: ConfigzOptions): Exchange {
  return async ({ method }) => {
    if (method !== 'GET' && method !== 'HEAD') return plainText(405, '405: Method Not Allowed')
    const headers = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' }
    return { status: 200, headers, body: JSON.stringify({ kubeletconfig: configuration(options) }) }
  }
}

const configuration = ({ port, maxPods, podCidr, clusterDns }: ConfigzOptions) => ({
  enableServer: port() !== undefined,
  address: LISTEN_HOST,
  port: port() ?? 0,
  authentication: { webhook: { enabled: true, cacheTTL: duration(TOKEN_GOOD_FOR_MS) }, anonymous: { enabled: false } },
  authorization: {
    mode: 'Webhook',
    webhook: {
      cacheAuthorizedTTL: duration(ALLOWED_GOOD_FOR_MS),
      cacheUnauthorizedTTL: duration(REFUSED_GOOD_FOR_MS),
    },
  },
  enableDebuggingHandlers: true,
  ...(clusterDns && { clusterDomain: clusterDns.domain, clusterDNS: clusterDns.servers }),
  nodeStatusUpdateFrequency: duration(RENEW_MS),
  nodeStatusReportFrequency: duration(STATUS_MS),
  nodeLeaseDurationSeconds: LEASE_SECONDS,
  imageMinimumGCAge: duration(MIN_AGE_MS),
  imageMaximumGCAge: duration(MAX_UNUSED_MS),
  imageGCHighThresholdPercent: HIGH_PERCENT,
  imageGCLowThresholdPercent: LOW_PERCENT,
  maxPods,
  podCIDR: podCidr,
  evictionHard: Object.fromEntries(DEFAULT_THRESHOLDS.map((threshold) => [threshold.signal, amount(threshold)])),
  evictionPressureTransitionPeriod: duration(TRANSITION_MS),
  containerLogMaxSize: `${MAX_BYTES / (1 << 20)}Mi`,
  containerLogMaxFiles: MAX_FILES,
  containerLogMonitorInterval: duration(INTERVAL_MS),
  enableSystemLogHandler: false,
  enableProfilingHandler: false,
  enableDebugFlagsHandler: false,
})

const amount = (threshold: Threshold) =>
  'amount' in threshold ? `${threshold.amount / (1 << 20)}Mi` : `${threshold.share * 100}%`

/** As Go writes it: `30s`, `5m0s`, `24h0m0s`. */
function duration(ms: number): string {
  const seconds = ms / 1000
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours > 0) return `${hours}h${minutes}m${seconds % 60}s`
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`
}
