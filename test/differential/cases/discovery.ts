/** What the servers say of themselves. */
import { builtinResources } from '../../../src/api/generated/resources.ts'
import { apiVersionOf } from '../../../src/api/index.ts'
import type { Case } from '../case.ts'

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const versions = [...new Set(builtinResources.map(apiVersionOf))].sort()
const paths = [
  '/api',
  '/apis',
  '/version',
  '/livez',
  '/readyz',
  '/healthz',
  ...versions.map((version) => (version.includes('/') ? `/apis/${version}` : `/api/${version}`)),
  ...new Set(versions.filter((version) => version.includes('/')).map((version) => `/apis/${version.split('/')[0]}`)),
]

export const discoveryCases: readonly Case[] = [
  ...paths.map((path) => ({ name: `discovery${path}`, calls: [{ method: 'GET', path }] })),
  ...['/api', '/apis'].map((path) => ({
    name: `discovery${path}, aggregated`,
    calls: [{ method: 'GET', path, headers: { accept: AGGREGATED } }],
  })),
]
