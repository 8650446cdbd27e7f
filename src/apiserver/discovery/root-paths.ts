/** `GET /`: what there is besides resources. Source: k8s.io/apiserver v0.34, server/routes/index.go. */
import type { Served } from './served.ts'

const FIXED = [
  '/.well-known/openid-configuration',
  '/api',
  '/apis',
  '/apis/',
  '/healthz',
  '/healthz/ping',
  '/healthz/store',
  '/livez',
  '/livez/ping',
  '/livez/store',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/readyz',
  '/readyz/ping',
  '/readyz/store',
  '/version',
]

export function rootPaths(served: Served): object {
  const groups = served
    .groups()
    .flatMap(({ name, versions }) =>
      name === ''
        ? versions.map((version) => `/api/${version}`)
        : [`/apis/${name}`, ...versions.map((version) => `/apis/${name}/${version}`)],
    )
  return { paths: [...FIXED, ...groups].sort() }
}
