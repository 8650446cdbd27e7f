/** What there is, and about the cluster: `api-resources`, `explain`, `cluster-info`, `events`, `config`, `version`. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { type Area, deployment } from './kubectl.ts'

export const discovering: Area = (kubectl) => {
  beforeAll(async () => {
    await kubectl.create(deployment('web', 0))
    await kubectl.says('scale deployment web --replicas=1')
    await kubectl.says('wait --for=jsonpath={.status.replicas}=1 deployment/web --timeout=10s')
  })

  kubectl.saying([
    ['api-resources', /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND\n[\s\S]*\npods +po +v1 +true +Pod\n/],
    [
      'api-resources --api-group=apps -o wide',
      /deployments +deploy +apps\/v1 +true +Deployment +create,delete,deletecollection,get,list,patch,update,watch +all/,
    ],
    ['api-resources --namespaced=false --verbs=list,watch -o name', /^namespaces\nnodes\npersistentvolumes\n/],
    [
      'api-resources --categories=all --sort-by=kind -o name',
      /^cronjobs\.batch\ndaemonsets\.apps\ndeployments\.apps\n/,
    ],
    ['api-versions', /^apps\/v1$[\s\S]*^rbac\.authorization\.k8s\.io\/v1$[\s\S]*^v1$/m],
    ['explain pod', /^KIND: +Pod\nVERSION: +v1\n[\s\S]*FIELDS:[\s\S]*spec\t<PodSpec>/],
    [
      'explain deployment.spec.strategy',
      /GROUP: +apps\n[\s\S]*FIELD: strategy <DeploymentStrategy>[\s\S]*type\t<string>/,
    ],
    [
      'explain pod --recursive',
      /\n {2}spec\t<PodSpec>[\s\S]*\n {4}containers\t<\[\]Container> -required-\n[\s\S]*\n {6}name\t<string> -required-/,
    ],
    ['explain hpa --api-version=autoscaling/v1', /VERSION: +v1\n/],
    ['cluster-info', /Kubernetes control plane.* is running at .*https:\/\//],
    [
      'events --for deployment/web',
      /Normal +ScalingReplicaSet +Deployment\/web +Scaled up replica set web-\w+ from 0 to 1/,
    ],
    ['events --types=Warning', /No events|Warning/],
    ['get events --field-selector=involvedObject.kind=ReplicaSet,reason=SuccessfulCreate', 'Created pod: web-'],
    ['version -o json', /"serverVersion": \{[\s\S]*"gitVersion": "v1\.34/],
    ['config current-context', 'naru'],
    ['config get-contexts -o name', 'naru'],
    ['config view --minify', /certificate-authority-data: DATA\+OMITTED[\s\S]*server: https:/],
  ])
  kubectl.refusing([
    ['explain deployment.none', 'field "none" does not exist'],
    ['explain nothings', `the server doesn't have a resource type "nothings"`],
  ])

  it('cluster-info dump writes a file of each kind', async () => {
    const folder = join(dirname(await kubectl.file('beside-dump', '')), 'dump')
    await kubectl.says(['cluster-info', 'dump', '--namespaces=discovering', `--output-directory=${folder}`])
    expect(await readFile(join(folder, 'nodes.json'), 'utf8')).toContain('"kind": "NodeList"')
    expect(await readFile(join(folder, 'discovering', 'deployments.json'), 'utf8')).toContain('"name": "web"')
  })

  it('config: a context of one’s own', async () => {
    const path = await kubectl.file('own-kubeconfig', await kubectl.says('config view --raw'))
    const own = { env: kubectl.env({ KUBECONFIG: path }) }
    await kubectl.says('config set-context own --cluster=naru --user=naru --namespace=discovering', own)
    await kubectl.says('config use-context own', own)
    expect(await kubectl.says('config current-context', own)).toBe('own\n')
    await kubectl.says('config rename-context own mine', own)
    expect(await kubectl.says('config view -o jsonpath={.contexts[*].name}', own)).toMatch(/mine/)
    await kubectl.says('config delete-context mine', own)
    expect(await kubectl.refuses('config use-context mine', own)).toContain('no context exists with the name: "mine"')
  })
}
