/** CNI's DEL, for a sandbox whose runtime has forgotten it. Source: CNI specification 1.0.0, "Parameters" and "Deleting
 *  attachments"; plugins v1.1, portmap. */
import { join } from 'node:path'
import type { CniConfList } from './cni.ts'
import { runProgram } from './command.ts'

export interface Attachment {
  containerId: string
  /** Undefined where it is gone, or was never told: the plugins then give back what they keep outside of it. */
  netns: string | undefined
}

/** containerd's name for a sandbox's first and only interface of a network. */
const INTERFACE = 'eth0'

/** Whatever it holds, portmap finds its chains by the container's id; without any mapping it does not look for them. */
const SOME_PORT_MAPPING = { hostPort: 1, containerPort: 1, protocol: 'tcp' }

/** Asks each plugin, last first, even when one fails. Idempotent. Throws AggregateError with what they said. */
export async function deleteAttachment(
  network: CniConfList,
  { containerId, netns }: Attachment,
  binDir: string,
): Promise<void> {
  const env = {
    CNI_COMMAND: 'DEL',
    CNI_CONTAINERID: containerId,
    CNI_NETNS: netns ?? '',
    CNI_IFNAME: INTERFACE,
    CNI_PATH: binDir,
  }
  const failures: unknown[] = []
  for (const { capabilities, ...plugin } of network.plugins.toReversed()) {
    const runtimeConfig = capabilities?.portMappings && { portMappings: [SOME_PORT_MAPPING] }
    const config = {
      ...plugin,
      cniVersion: network.cniVersion,
      name: network.name,
      ...(runtimeConfig && { runtimeConfig }),
    }
    await runProgram(join(binDir, plugin.type), [], { env, input: JSON.stringify(config) }).catch((error: unknown) => {
      failures.push(error)
    })
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `the network of sandbox ${containerId} was not wholly given back`)
}
