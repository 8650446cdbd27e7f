/** Kinds that users bring, with the real kubectl. Nothing is run: the process runtime will do. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, openInstallation } from './harness/installation.ts'

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, kind: CronTab, shortNames: [ct], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        description: A table of jobs.
        properties:
          spec:
            type: object
            description: What is wanted.
            required: [cronSpec]
            x-kubernetes-validations:
            - {rule: "self.replicas < 5 || has(self.image)", message: many replicas need an image}
            properties:
              cronSpec: {type: string, description: When it runs., pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'}
              image: {type: string, maxLength: 100}
              replicas: {type: integer, default: 1, minimum: 1, maximum: 10}
          status:
            type: object
            properties: {replicas: {type: integer}, selector: {type: string}}
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Image, type: string, jsonPath: .spec.image, priority: 1}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
`
const job = (spec: string) => `
apiVersion: stable.example.com/v1
kind: CronTab
metadata: {name: my-job}
spec: ${spec}
`

describe('a custom kind', () => {
  let naru: Installation
  const kubectl = (...args: string[]) => naru.kubectl(...args)
  const file = async (name: string, text: string) => {
    const path = join(naru.root, name)
    await writeFile(path, text)
    return path
  }

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
    await naru.mustNaru('up')
    await kubectl('apply', '-f', await file('definition.yaml', DEFINITION))
    await kubectl('wait', '--for=condition=established', '--timeout=10s', 'crd/crontabs.stable.example.com')
    await kubectl('apply', '-f', await file('job.yaml', job("{cronSpec: '* * * * */5', image: busy}")))
  })
  afterAll(() => naru[Symbol.asyncDispose]())

  it('is listed in its own columns, by its short name and in its category', async () => {
    expect(await kubectl('get', 'ct')).toMatch(/^NAME +SPEC +REPLICAS +AGE\nmy-job +\* \* \* \* \*\/5 +1 +\d+s/)
    expect(await kubectl('get', 'ct', '-o', 'wide')).toMatch(/IMAGE[\s\S]*busy/)
    expect(await kubectl('get', 'all')).toContain('crontab.stable.example.com/my-job')
    expect(await kubectl('api-resources', '--api-group=stable.example.com')).toMatch(
      /crontabs +ct +stable\.example\.com\/v1 +true +CronTab/,
    )
  })

  it('is explained', async () => {
    expect(await kubectl('explain', 'ct')).toMatch(
      /KIND: +CronTab[\s\S]*A table of jobs\.[\s\S]*spec\t<Object>\n +What is wanted\./,
    )
    expect(await kubectl('explain', 'ct.spec.cronSpec')).toContain('When it runs.')
  })

  it('is scaled, patched and applied, by client and by server', async () => {
    await kubectl('scale', '--replicas=3', 'ct/my-job')
    expect(await kubectl('get', 'ct', 'my-job', '-o', 'jsonpath={.spec.replicas}')).toBe('3')
    await kubectl('patch', 'ct', 'my-job', '--type=merge', '-p', '{"spec":{"replicas":4}}')
    await kubectl('patch', 'ct', 'my-job', '--type=json', '-p', '[{"op":"replace","path":"/spec/replicas","value":2}]')
    expect(await kubectl('apply', '-f', join(naru.root, 'job.yaml'))).toContain('unchanged')
    expect(await kubectl('apply', '--server-side', '-f', join(naru.root, 'job.yaml'))).toContain('serverside-applied')
    expect(await kubectl('get', 'ct', 'my-job', '-o', 'jsonpath={.spec.replicas}')).toBe('2')
  })

  it('is held to its schema and its rules', async () => {
    const refused = async (spec: string) =>
      (await naru.kubectlResult(['create', '-f', await file('bad.yaml', job(spec).replace('my-job', 'bad'))])).stderr
    expect(await refused("{cronSpec: 'x'}")).toContain("spec.cronSpec in body should match '^(")
    expect(await refused("{cronSpec: '* * * * *', foo: 1}")).toContain(
      'strict decoding error: unknown field "spec.foo"',
    )
    expect(await refused("{cronSpec: '* * * * *', replicas: 7}")).toContain('many replicas need an image')
    expect((await naru.kubectlResult(['patch', 'ct', 'my-job', '-p', '{}'])).stderr).toContain('is not supported')
  })

  it('goes with all its objects', async () => {
    await kubectl('delete', 'crd', 'crontabs.stable.example.com')
    expect((await naru.kubectlResult(['get', 'ct'])).code).toBe(1)
  })
})
