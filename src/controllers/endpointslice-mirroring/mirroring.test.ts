import { expect, it } from 'vitest'
import { openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { resources } from '../../api/index.ts'

it('Endpoints that a user writes are mirrored, followed, and their slices go with them', async () => {
  await using cluster = await openControlledCluster()
  const { client } = cluster
  const ref = { namespace: 'default', name: 'own' }
  const ports = [{ name: 'http', port: 80 }]
  await client.create(resources.services, {
    metadata: ref,
    spec: { ports: [{ name: 'http', port: 80 }] },
  })
  const made = await client.create(resources.endpoints, {
    metadata: ref,
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports }],
  })
  const addresses = async () =>
    (await client.list(resources.endpointslices)).items
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'own')
      .map(({ endpoints }) => endpoints.flatMap((endpoint) => endpoint.addresses))
  const options = { timeout: 10_000, interval: 10 }
  await expect.poll(addresses, options).toEqual([['10.0.0.1']])
  await client.update(resources.endpoints, { ...made, subsets: [{ addresses: [{ ip: '10.0.0.2' }], ports }] })
  await expect.poll(addresses, options).toEqual([['10.0.0.2']])
  await client.patch(resources.services, ref, { spec: { selector: { app: 'x' } } })
  await expect.poll(addresses, options).toEqual([[]])
  await client.delete(resources.services, ref)
  await expect.poll(addresses, options).toEqual([])
})
