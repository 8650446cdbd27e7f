import { describe, expect, it } from 'vitest'
import { deployments } from '../../api/generated/resources.ts'
import { appSchemas } from '../../api/schema/app-schemas.ts'
import { schemaFor } from '../../api/schema/index.ts'
import { dropZeros } from './index.ts'

function without(resource: typeof deployments, object: object): object {
  dropZeros(schemaFor(resource), object as Record<string, unknown>)
  return object
}

describe('zeros that Go does not write', () => {
  it('are dropped wherever they are, and pointers to zero are kept', () => {
    const container = { name: '', image: '', stdin: false, ports: [{ name: '', containerPort: 0, hostPort: 0 }] }
    const probe = { httpGet: { path: '', port: '' }, periodSeconds: 0 }
    expect(
      without(deployments, {
        spec: {
          paused: false,
          replicas: 0,
          minReadySeconds: 0,
          template: { spec: { hostNetwork: false, containers: [{ ...container, livenessProbe: probe }] } },
        },
      }),
    ).toEqual({
      spec: {
        replicas: 0,
        template: {
          spec: { containers: [{ name: '', ports: [{ containerPort: 0 }], livenessProbe: { httpGet: { port: '' } } }] },
        },
      },
    })
  })

  it('stay in kinds that are not Kubernetes’ own', () => {
    const [schema] = Object.values(appSchemas)
    const object = { kind: '', spec: { a: 0 } }
    if (schema !== undefined) dropZeros(schema, object)
    expect(object).toEqual({ kind: '', spec: { a: 0 } })
  })
})
