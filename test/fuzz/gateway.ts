/** The gateway's ports as any program of the network meets them: bytes that are nearly HTTP, over plain connections and
 *  over TLS. */
import * as fc from 'fast-check'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { checkHttp1, converse } from './converse.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { type GatewayFront, openGatewayFront } from './gateway-front.ts'
import { http1Bytes } from './http1-bytes.ts'
import { http2Bytes } from './http2-bytes.ts'

type Open = (front: GatewayFront) => Socket

const plain: Open = ({ gateway: { host, port } }) => connect({ host, port })
const secure =
  (protocol: string): Open =>
  ({ gateway: { host, securePort = 0 }, caPem }) =>
    connectTls({ host, port: securePort, ca: caPem, ALPNProtocols: [protocol] })

interface Spoken {
  open: Open
  bytes: fc.Arbitrary<readonly Uint8Array[]>
  check: (answer: Buffer) => void
}

const front = (name: string, { open, bytes, check }: Spoken): FuzzTarget => ({
  name,
  numRuns: 5,
  run: async (options) => {
    await using gateway = await openGatewayFront()
    const holds = fc.asyncProperty(bytes, async (pieces) => {
      const [answer] = await Promise.all([converse(open(gateway), pieces), gateway.checkOthers()])
      check(answer)
      await gateway.checkBackend()
    })
    await fc.assert(holds, { ...options, interruptAfterTimeLimit: options.interruptAfterTimeLimit ?? 10_000 })
  },
})

export const gatewayTargets: readonly FuzzTarget[] = [
  front('HTTP/1.1 through the gateway', { open: plain, bytes: http1Bytes, check: checkHttp1 }),
  front('HTTP/1.1 over TLS through the gateway', { open: secure('http/1.1'), bytes: http1Bytes, check: checkHttp1 }),
  front('HTTP/2 through the gateway', { open: secure('h2'), bytes: http2Bytes, check: () => {} }),
]
