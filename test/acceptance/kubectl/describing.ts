/** `describe` of the common kinds: it reads the object, its relatives and its events. */
import { beforeAll } from 'vitest'
import { configMap, type Area, deployment, pod } from './kubectl.ts'

export const describing: Area = (kubectl) => {
  beforeAll(async () => {
    await kubectl.create(deployment('web', 0), pod('lone', { app: 'lone' }), configMap('settings', { a: 'one' }))
    for (const line of [
      'scale deployment web --replicas=1',
      'expose deployment web --port=80',
      'create secret generic mine --from-literal=a=b',
      'create job once --image=i -- date',
      'create cronjob often --image=i --schedule=@hourly',
      'create ingress web --rule=a.dev/=web:80',
      'create quota few --hard=pods=10',
      'create role own --verb=get --resource=pods',
      'create rolebinding own --role=own --user=bob',
      'create poddisruptionbudget web --selector=app=web --max-unavailable=1',
      'create serviceaccount robot',
      'autoscale deployment web --min=1 --max=3',
    ])
      await kubectl.says(line)
    await kubectl.says('wait --for=jsonpath={.status.replicas}=1 deployment/web --timeout=10s')
    await kubectl.says('wait --for=jsonpath={.status.active}=1 job/once --timeout=10s')
    await kubectl.says('wait --for=jsonpath={.status.used.pods}=3 quota/few --timeout=10s')
  })

  kubectl.saying([
    [
      'describe deployment web',
      /Replicas: +1 desired \| 1 updated \| 1 total[\s\S]*NewReplicaSet: +web-\w+ \(1\/1 replicas created\)[\s\S]*ScalingReplicaSet/,
    ],
    ['describe replicaset -l app=web', /Controlled By: +Deployment\/web[\s\S]*SuccessfulCreate/],
    [
      'describe pod lone',
      /Status: +Pending[\s\S]*Service Account: +default|Service Account: +default[\s\S]*Status: +Pending/,
    ],
    ['describe service web', /Selector: +app=web[\s\S]*Port: +<unset> +80\/TCP/],
    ['describe configmap settings', /Data\n====\na:\n----\none/],
    ['describe secret mine', /Type: +Opaque\n\nData\n====\na: +1 bytes/],
    [
      'describe job once',
      /Selector: +batch\.kubernetes\.io\/controller-uid=[\s\S]*Completions: +1[\s\S]*Pods Statuses: +1 Active \(0 Ready\) \/ 0 Succeeded \/ 0 Failed[\s\S]*SuccessfulCreate +\S+ +job-controller +Created pod: once-/,
    ],
    ['describe cronjob often', /Schedule: +@hourly[\s\S]*Concurrency Policy: +Allow[\s\S]*Active Jobs: +<none>/],
    ['describe ingress web', /a\.dev +\n +\/ +web:80/],
    ['describe quota few', /pods +3 +10/],
    ['describe role own', /pods +\[\] +\[\] +\[get\]/],
    ['describe rolebinding own', /Role:\n +Kind: +Role\n +Name: +own[\s\S]*User +bob/],
    ['describe pdb web', /Max unavailable: +1\nSelector: +app=web/],
    ['describe serviceaccount robot', /Name: +robot\nNamespace: +describing/],
    ['describe hpa web', /Reference: +Deployment\/web[\s\S]*Max replicas: +3/],
    ['describe namespace describing', /Status: +Active\n\nResource Quotas[\s\S]*pods +3 +10/],
    ['describe nodes', /Conditions:[\s\S]*Ready +True[\s\S]*Allocated resources:/],
    ['describe priorityclass system-node-critical', /Value: +2000001000/],
    ['describe clusterrole view', /Name: +view[\s\S]*configmaps +\[\] +\[\] +\[get list watch\]/],
    ['describe crd', 'No resources found'],
  ])
  kubectl.refusing([['describe pod none', 'Error from server (NotFound): pods "none" not found']])
}
