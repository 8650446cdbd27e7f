/** `scale`, `autoscale`, `expose`, `run`. */
import { beforeAll } from 'vitest'
import { type Area, deployment } from './kubectl.ts'

export const scaling: Area = (kubectl) => {
  beforeAll(() => kubectl.create(deployment('web', 0)))

  kubectl.saying([
    ['scale deployment/web --replicas=2', 'deployment.apps/web scaled'],
    ['scale deployment/web --current-replicas=2 --replicas=0', 'deployment.apps/web scaled'],
    ['get deployment/web -o jsonpath={.spec.replicas}', /^0$/],
    [
      'scale replicasets,deployments --all --replicas=0',
      /replicaset\.apps\/web-\w+ scaled\ndeployment\.apps\/web scaled/,
    ],
    ['autoscale deployment/web --min=1 --max=3 --cpu-percent=50', 'horizontalpodautoscaler.autoscaling/web autoscaled'],
    ['get hpa web', /Deployment\/web +cpu: <unknown>\/50% +1 +3 +0/],
    ['expose deployment/web --port=80 --target-port=8080 --type=NodePort', 'service/web exposed'],
    ['expose service/web --name=other --port=81', 'service/other exposed'],
    ['get service other -o jsonpath={.spec.selector}{.spec.ports[0].port}', '{"app":"web"}81'],
    [
      'run lone --image=i --port=80 --expose --labels=a=b --env=A=1 --restart=Never --overrides={"spec":{"nodeName":"nowhere"}} -- arg',
      /service\/lone created\npod\/lone created/,
    ],
    [
      'get pod lone -o jsonpath={.spec.containers[0].args}{.spec.containers[0].env}{.spec.restartPolicy}',
      '["arg"][{"name":"A","value":"1"}]Never',
    ],
    ['run dry --image=i --dry-run=server', 'pod/dry created (server dry run)'],
  ])
  kubectl.refusing([
    ['scale deployment/web --current-replicas=7 --replicas=1', 'Expected replicas to be 7, was 0'],
    ['scale deployment/none --replicas=1', 'deployments.apps "none" not found'],
    ['autoscale deployment/web --min=3 --max=2', '--max=MAXPODS must be larger or equal to --min=MINPODS'],
    ['expose deployment/web --name=bad --port=99999', 'Invalid value: 99999: must be between 1 and 65535, inclusive'],
  ])
}
