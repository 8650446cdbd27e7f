/** A second address of the server, for pods: it takes connections of this machine and of the network that the address is
 *  in, and of nobody else. (Linux takes packets for any of its addresses on any interface.) */
import { createServer, BlockList, type Socket } from 'node:net'
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import { once } from 'node:events'
import { errorMessage } from '../../lib/index.ts'

export interface NeighbourListenerOptions {
  host: string
  port: number
  onConnection: (socket: Socket) => void
}

/** Throws an Error when it cannot listen there. */
export async function listenForNeighbours(options: NeighbourListenerOptions): Promise<AsyncDisposable> {
  const { host, port, onConnection } = options
  const server = createServer({ noDelay: true }, (socket) => {
    if (mayConnect(socket, host)) onConnection(socket)
    else socket.destroy()
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new Error(`the API server cannot listen on ${host}:${port} for pods: ${errorMessage(error)}`, {
      cause: error,
    })
  }
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** Nobody while the system cannot say which addresses it has: that takes a file, and there may be none left. */
function mayConnect({ remoteAddress = '' }: Socket, host: string): boolean {
  try {
    return isNeighbour(remoteAddress, host, interfacesNow())
  } catch {
    return false
  }
}

type Addresses = readonly Pick<NetworkInterfaceInfo, 'address' | 'cidr'>[]

const interfacesNow = (): Addresses => Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])

/** Whether `remote` is an address of this machine, or in the same network as its address `local`. */
export function isNeighbour(remote: string, local: string, addresses: Addresses): boolean {
  if (addresses.some(({ address }) => address === remote)) return true
  const cidr = addresses.find(({ address }) => address === local)?.cidr
  const [network, prefix] = cidr?.split('/') ?? []
  if (network === undefined || prefix === undefined || remote === '') return false
  const family = network.includes(':') ? 'ipv6' : 'ipv4'
  if (remote.includes(':') !== (family === 'ipv6')) return false
  const subnet = new BlockList()
  subnet.addSubnet(network, Number(prefix), family)
  return subnet.check(remote, family)
}
