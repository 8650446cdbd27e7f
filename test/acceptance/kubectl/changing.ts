/** `patch`, `replace`, `label`, `annotate`, `set`: changing what is there. */
import { beforeAll, expect, it } from 'vitest'
import { configMap, type Area, deployment } from './kubectl.ts'

const container = '{"spec":{"template":{"spec":{"containers":[{"name":"c","env":[{"name":"A","value":"1"}]}]}}}}'

export const changing: Area = (kubectl) => {
  beforeAll(async () => {
    await kubectl.create(deployment('web', 0), configMap('cm', { k: 'v' }), configMap('other', {}))
    await kubectl.says('create service clusterip web --tcp=80')
    await kubectl.says('create role own --verb=get --resource=pods')
    await kubectl.says('create rolebinding own --role=own --user=ann')
    await kubectl.says('create serviceaccount robot')
  })

  kubectl.saying([
    [`patch deployment web -p ${container}`, 'deployment.apps/web patched'],
    ['get deployment web -o jsonpath={.spec.template.spec.containers[*].image}', /^app:1$/],
    [`patch deployment web -p ${container}`, 'patched (no change)'],
    ['patch deployment web --type=merge -p {"metadata":{"labels":{"x":"y"}}}', 'patched'],
    [
      'patch deployment web --type=json -p [{"op":"test","path":"/metadata/labels/x","value":"y"},{"op":"remove","path":"/metadata/labels/x"}]',
      'patched',
    ],
    [
      'patch deployment web --subresource=scale --type=merge -p {"spec":{"replicas":0}}',
      'scale.autoscaling/web patched',
    ],
    ['patch deployment web --subresource=status --type=merge -p {"status":{"collisionCount":3}}', 'patched'],
    ['get deployment web -o jsonpath={.status.collisionCount}', '3'],
    ['patch configmap cm --dry-run=server --type=merge -p {"data":{"k":null}} -o jsonpath={.data.k}', /^$/],
    ['label configmap cm x=y', 'configmap/cm labeled'],
    ['label configmap cm x=z --overwrite', 'configmap/cm labeled'],
    ['label configmap cm --list', 'x=z'],
    ['label configmap -l x=z z=1', 'configmap/cm labeled'],
    ['label configmap cm x- z-', 'configmap/cm unlabeled'],
    ['label configmap --all all=yes', /configmap\/cm labeled[\s\S]*configmap\/other labeled/],
    ['annotate configmap cm note=hi', 'configmap/cm annotated'],
    ['annotate configmap cm --list', 'note=hi'],
    ['annotate configmap cm note-', 'configmap/cm annotated'],
    ['set image deployment/web c=app:2', 'deployment.apps/web image updated'],
    ['set env deployment/web B=2', 'deployment.apps/web env updated'],
    ['set env deployment/web --from=configmap/cm --prefix=P_', 'env updated'],
    ['set env deployment/web --list', /A=1\nB=2\n# P_K from configmap cm, key k/],
    ['set env deployment/web A-', 'env updated'],
    ['set resources deployment/web --limits=cpu=200m,memory=64Mi --requests=cpu=100m', 'resource requirements updated'],
    ['set serviceaccount deployment/web robot', 'serviceaccount updated'],
    [
      'get deployment web -o jsonpath={.spec.template.spec}',
      /"image":"app:2".*"limits":\{"cpu":"200m","memory":"64Mi"\}.*"serviceAccountName":"robot"/,
    ],
    ['set selector service/web role=x', 'service/web selector updated'],
    ['get service web -o jsonpath={.spec.selector}', '{"role":"x"}'],
    ['set subject rolebinding own --user=bob --group=g --serviceaccount=changing:robot', 'subjects updated'],
    ['get rolebinding own -o jsonpath={.subjects[*].name}', 'ann bob g robot'],
  ])

  kubectl.refusing([
    [
      'patch deployment web --type=json -p [{"op":"test","path":"/metadata/name","value":"n"}]',
      'The request is invalid: the server rejected our request due to an error in our request',
    ],
    [
      'patch deployment web -p {"spec":{"replicas":-1}}',
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'patch deployment web --type=merge -p {"spec":{"selector":{"matchLabels":{"app":"other"}}}}',
      'field is immutable',
    ],
    ['label configmap cm all=no', 'already has a value (yes), and --overwrite is false'],
    [['label', 'configmap', 'cm', 'bad key=1'], 'metadata.labels: Invalid value: "bad key": name part must consist of'],
    ['annotate configmap cm a=b --resource-version=1', 'the object has been modified'],
    ['set image deployment/web none=x', 'unable to find container named "none"'],
  ])

  it('replace wants all of the object; with --force it is a new one', async () => {
    const path = await kubectl.file('replaced.json', configMap('cm', { only: 'this' }))
    const uid = () => kubectl.says('get configmap cm -o jsonpath={.metadata.uid}')
    const before = await uid()
    expect(await kubectl.says(['replace', '-f', path])).toBe('configmap/cm replaced\n')
    expect(await kubectl.says('get configmap cm -o jsonpath={.data}{.metadata.labels.all}')).toBe('{"only":"this"}')
    expect(await uid()).toBe(before)
    expect(await kubectl.says(['replace', '--force', '-f', path])).toContain('configmap/cm replaced')
    expect(await uid()).not.toBe(before)
    const stale = { ...configMap('cm', {}), metadata: { name: 'cm', resourceVersion: '1' } }
    expect(await kubectl.refuses('replace -f -', { input: JSON.stringify(stale) })).toContain('(Conflict)')
    const none = JSON.stringify(configMap('none', {}))
    expect(await kubectl.refuses('replace -f -', { input: none })).toContain('configmaps "none" not found')
  })

  it('create, replace and delete --raw', async () => {
    const all = '/api/v1/namespaces/changing/configmaps'
    const input = JSON.stringify(configMap('raw', { a: 'b' }))
    expect(await kubectl.says(`create --raw ${all} -f -`, { input })).toContain('"name":"raw"')
    expect(await kubectl.says(`replace --raw ${all}/raw -f -`, { input })).toContain('"data":{"a":"b"}')
    expect(await kubectl.says(`delete --raw ${all}/raw`)).toContain('"status":"Success"')
  })
}
