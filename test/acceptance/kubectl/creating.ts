/** `create` with each of its generators, and what the server makes of them. */
import { expect, it } from 'vitest'
import { mustRun } from '../harness/command.ts'
import type { Area } from './kubectl.ts'

const get = (what: string, path: string) => `get ${what} -o jsonpath={${path}}`

export const creating: Area = (kubectl) => {
  kubectl.saying([
    [
      'create clusterrole reader --verb=get,list --resource=pods,deployments.apps/scale',
      'clusterrole.rbac.authorization.k8s.io/reader created',
    ],
    ['create clusterrole all --aggregation-rule=part=all', 'clusterrole.rbac.authorization.k8s.io/all created'],
    [
      'create clusterrolebinding readers --clusterrole=reader --user=ann --group=g --serviceaccount=creating:default',
      'clusterrolebinding.rbac.authorization.k8s.io/readers created',
    ],
    ['create configmap settings --from-literal=a=1 --from-literal=b=2', 'configmap/settings created'],
    [
      ['create', 'cronjob', 'nightly', '--image=i', '--schedule=*/5 1 * * *', '--', 'date', '-u'],
      'cronjob.batch/nightly created',
    ],
    ['create deployment web --image=nginx --replicas=0 --port=80', 'deployment.apps/web created'],
    [
      'create ingress web --class=c --rule=a.dev/foo*=web:http,tls=cert --default-backend=web:80',
      'ingress.networking.k8s.io/web created',
    ],
    ['create job once --image=i -- date', 'job.batch/once created'],
    ['create job now --from=cronjob/nightly', 'job.batch/now created'],
    ['create namespace creating-more', 'namespace/creating-more created'],
    ['create poddisruptionbudget web --selector=app=web --min-available=50%', 'poddisruptionbudget.policy/web created'],
    [
      'create priorityclass vip --value=1000 --description=first --preemption-policy=Never',
      'priorityclass.scheduling.k8s.io/vip created',
    ],
    ['create quota limits --hard=pods=100,services=20', 'resourcequota/limits created'],
    [
      'create role own --verb=get --resource=secrets --resource-name=mine',
      'role.rbac.authorization.k8s.io/own created',
    ],
    ['create rolebinding own --role=own --user=bob', 'rolebinding.rbac.authorization.k8s.io/own created'],
    ['create secret generic mine --from-literal=user=bob --type=example.dev/login', 'secret/mine created'],
    [
      'create secret docker-registry pull --docker-server=r.dev --docker-username=u --docker-password=p',
      'secret/pull created',
    ],
    ['create service clusterip inner --tcp=80:8080', 'service/inner created'],
    ['create service clusterip headless --clusterip=None --tcp=80', 'service/headless created'],
    ['create service nodeport outer --tcp=80 --node-port=30321', 'service/outer created'],
    ['create service loadbalancer balanced --tcp=80', 'service/balanced created'],
    ['create service externalname elsewhere --external-name=a.dev', 'service/elsewhere created'],
    ['create serviceaccount robot', 'serviceaccount/robot created'],
  ])

  it('create secret tls: of a real pair', async () => {
    const { cert, key } = await pair(kubectl)
    expect(await kubectl.says(['create', 'secret', 'tls', 'cert', `--cert=${cert}`, `--key=${key}`])).toBe(
      'secret/cert created\n',
    )
    expect(await kubectl.says(get('secret/cert', '.type'))).toBe('kubernetes.io/tls')
  })

  it('create token: for one account, one audience, so long', async () => {
    const token = await kubectl.says('create token robot --duration=20m --audience=elsewhere')
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ aud: ['elsewhere'], sub: 'system:serviceaccount:creating:robot' })
    expect(claims.exp - claims.iat).toBe(1200)
  })

  kubectl.saying([
    [
      get('clusterrole/reader', '.rules'),
      '{"apiGroups":["apps"],"resources":["deployments/scale"],"verbs":["get","list"]}',
    ],
    [get('clusterrolebinding/readers', '.subjects[*].kind'), 'User Group ServiceAccount'],
    [get('cronjob/nightly', '.spec.jobTemplate.spec.template.spec.containers[0].command'), '["date","-u"]'],
    [get('job/now', '.metadata.ownerReferences[0].name'), 'nightly'],
    [get('job/once', '.spec.selector.matchLabels'), /^\{"batch\.kubernetes\.io\/controller-uid":"[0-9a-f-]{36}"\}$/],
    [get('job/once', '.spec.template.metadata.labels.job-name'), 'once'],
    [get('ingress/web', '.spec.rules[0].http.paths[0]'), '"path":"/foo","pathType":"Prefix"'],
    [get('priorityclass/vip', '.preemptionPolicy'), 'Never'],
    [get('pdb/web', '.spec.minAvailable'), '50%'],
    [get('secret/mine', '.data.user'), 'Ym9i'],
    [get('secret/pull', '.type'), 'kubernetes.io/dockerconfigjson'],
    [get('service/headless', '.spec.clusterIP'), 'None'],
    [get('service/outer', '.spec.ports[0].nodePort'), '30321'],
    [get('service/elsewhere', '.spec.externalName'), 'a.dev'],
    [get('service/inner', '.spec.clusterIP'), /^10\.96\./],
    ['create configmap dry --dry-run=server -o name', 'configmap/dry'],
    ['create configmap dry --dry-run=client -o yaml', 'kind: ConfigMap'],
  ])

  kubectl.refusing([
    ['get configmap dry', 'configmaps "dry" not found'],
    ['create configmap settings', 'configmaps "settings" already exists'],
    ['create service nodeport second --tcp=80 --node-port=30321', 'provided port is already allocated'],
    ['create quota bad --hard=pods=1,cpu=1 --scopes=BestEffort', 'unsupported scope applied to resource'],
    ['create namespace Not_A_Name', 'Invalid value: "Not_A_Name": a lowercase RFC 1123 label must consist of'],
    ['create token nobody', 'serviceaccounts "nobody" not found'],
  ])
}

async function pair(kubectl: Parameters<Area>[0]): Promise<{ cert: string; key: string }> {
  const [cert, key] = [await kubectl.file('cert.pem', ''), await kubectl.file('key.pem', '')]
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=a']
  await mustRun('openssl', [...words, '-keyout', key, '-out', cert])
  return { cert, key }
}
