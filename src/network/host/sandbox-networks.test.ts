import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCidr } from './cidr.ts'
import { cniConfList } from './cni.ts'
import { type SandboxNetworks, sandboxNetworks } from './sandbox-networks.ts'

const id = (digit: string) => digit.repeat(64)

describe('what is kept for sandboxes', () => {
  let root: string
  let networks: SandboxNetworks
  const at = (...path: string[]) => join(root, ...path)
  const lease = (address: string, text: string) => writeFile(at('ipam', 'pods', address), text)
  const result = (name: string, netns: string) =>
    writeFile(at('results', name), JSON.stringify({ result: { interfaces: [{ name: 'veth' }, { sandbox: netns }] } }))

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'naru-sandbox-networks-'))
    const [dataDir, netnsDir, resultsDir] = [at('ipam'), at('netns'), at('results')]
    for (const path of [at('ipam', 'pods'), netnsDir, resultsDir, at('bin')]) await mkdir(path, { recursive: true })
    const podCidr = parseCidr('10.1.0.0/24')
    const network = cniConfList({ networkName: 'pods', bridge: 'bridge0', podCidr, dataDir })
    networks = sandboxNetworks({ network, dataDir, netnsDir, resultsDir, binDir: at('bin') })
    // Plugins that write down what they are asked.
    for (const plugin of ['bridge', 'portmap'])
      await writeFile(
        at('bin', plugin),
        `#!/bin/sh\n{ echo "${plugin} $CNI_COMMAND $CNI_CONTAINERID $CNI_IFNAME netns=$CNI_NETNS"; cat; echo; } >>${at('asked')}\n`,
        { mode: 0o755 },
      )
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  it('is told by leases, as host-local writes them, by its lock and its last address not', async () => {
    await lease('10.1.0.2', `${id('a')}\r\neth0`)
    await lease('10.1.0.3', `${id('b')}\r\neth0`)
    await lease('last_reserved_ip.0', '10.1.0.3')
    await lease('lock', '')
    expect((await networks.list()).toSorted()).toEqual([id('a'), id('b')])
  })

  it('is told by results of ADD, of our namespaces alone', async () => {
    await result(`pods-${id('a')}-eth0`, at('netns', 'cni-1'))
    await result(`cni-loopback-${id('b')}-lo`, at('netns', 'cni-2'))
    await result(`pods-${id('c')}-eth0`, '/run/netns/cni-of-another-runtime')
    await result(`cni-loopback-${id('d')}-lo`, '/run/netns/cni-of-another-runtime')
    await result(`others-${id('e')}-eth0`, at('netns', 'cni-3'))
    await writeFile(at('results', `pods-${id('f')}-eth0`), '{"kind":"cniCa')
    expect((await networks.list()).toSorted()).toEqual([id('a'), id('b')])
    expect((await networks.list()).toSorted()).toEqual([id('a'), id('b')])
  })

  it('is nothing before the first pod', async () => {
    await rm(at('ipam'), { recursive: true })
    await rm(at('results'), { recursive: true })
    expect(await networks.list()).toEqual([])
  })

  it('is given back by the plugins, last first, in the namespace where there is one, and the results go', async () => {
    await result(`pods-${id('a')}-eth0`, at('netns', 'cni-1'))
    await result(`cni-loopback-${id('a')}-lo`, at('netns', 'cni-1'))
    await result(`pods-${id('b')}-eth0`, at('netns', 'cni-2'))
    await writeFile(at('netns', 'cni-1'), '')
    await networks.release(id('a'))
    await networks.release(id('b'))
    expect(await readdir(at('results'))).toEqual([])
    const asked = (await readFile(at('asked'), 'utf8')).trim().split('\n')
    expect(asked.filter((line) => !line.startsWith('{'))).toEqual([
      `portmap DEL ${id('a')} eth0 netns=${at('netns', 'cni-1')}`,
      `bridge DEL ${id('a')} eth0 netns=${at('netns', 'cni-1')}`,
      `portmap DEL ${id('b')} eth0 netns=`,
      `bridge DEL ${id('b')} eth0 netns=`,
    ])
    const [portmap, bridge] = asked.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    expect(portmap).toMatchObject({ type: 'portmap', name: 'pods', runtimeConfig: { portMappings: [{}] } })
    expect(bridge).toMatchObject({ type: 'bridge', name: 'pods', ipam: { type: 'host-local', dataDir: at('ipam') } })
    expect(bridge).not.toHaveProperty('runtimeConfig')
  })

  it('tells what a plugin refuses, has asked the others, and keeps the results for the next time', async () => {
    await writeFile(at('bin', 'portmap'), '#!/bin/sh\necho \'{"code":999,"msg":"no iptables"}\'; exit 1\n')
    await result(`pods-${id('a')}-eth0`, at('netns', 'cni-1'))
    await expect(networks.release(id('a'))).rejects.toMatchObject({
      errors: [{ message: expect.stringContaining('no iptables') as string }],
    })
    expect(await readdir(at('results'))).toHaveLength(1)
    expect(await readdir(root)).toContain('asked')
  })

  it('an address taken in nobody’s name stands for itself, and is free again once released', async () => {
    await lease('10.1.0.9', '')
    expect(await networks.list()).toEqual(['10.1.0.9'])
    await lease('10.1.0.9', `${id('a')}\r\neth0`)
    await networks.release('10.1.0.9')
    expect(await networks.list()).toEqual([id('a')])
    await lease('10.1.0.9', '')
    await networks.release('10.1.0.9')
    expect(await networks.list()).toEqual([])
  })
})
