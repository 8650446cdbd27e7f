/** `get`, in every form it can print. */
import { dirname } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { configMap, type Area, pod } from './kubectl.ts'

export const getting: Area = (kubectl) => {
  beforeAll(async () => {
    await kubectl.create(
      ...['b', 'c', 'a'].map((name) => pod(name, { app: name, ...(name !== 'c' && { tier: 'front' }) })),
      configMap('one', { k: 'v' }),
      configMap('two', { k: 'w' }),
      { apiVersion: 'v1', kind: 'Secret', type: 'example.dev/x', metadata: { name: 'typed' }, stringData: { a: 'b' } },
    )
    await kubectl.says('create deployment web --image=nginx --replicas=0')
  })

  kubectl.saying([
    ['get pods', /^NAME +READY +STATUS +RESTARTS +AGE\na +0\/1 +SchedulingGated +0 +\d+s\nb /],
    ['get pods -o wide', /AGE +IP +NODE +NOMINATED NODE +READINESS GATES\na .* <none> +<none> +<none> +<none>\n/],
    ['get pods --no-headers', /^a +0\/1/],
    ['get pods -o name', /^pod\/a\npod\/b\npod\/c\n$/],
    ['get pod a -o yaml', /^apiVersion: v1\nkind: Pod\nmetadata:\n {2}creationTimestamp: "/],
    ['get pod a -o yaml --show-managed-fields', 'manager: kubectl-create'],
    ['get pods -o json', /"kind": "List",[\s\S]*"resourceVersion": ""/],
    [
      ['get', 'pods', '-o', 'jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}'],
      'a=Pending b=Pending c=Pending',
    ],
    [['get', 'pod', 'a', '-o', 'go-template={{range .spec.containers}}{{.image}}{{end}}'], /^app:1$/],
    ['get pods -o custom-columns=WHO:.metadata.name,IMAGE:.spec.containers[*].image', /^WHO +IMAGE\na +app:1\n/],
    ['get pods --show-labels', /LABELS\na .* app=a,tier=front\n/],
    ['get pods -L app,tier', /AGE +APP +TIER\na .* a +front\nb .* b +front\nc .* c +\n/],
    ['get pods -l tier=front -o name', /^pod\/a\npod\/b\n$/],
    [['get', 'pods', '-l', 'app in (a,c),!tier', '-o', 'name'], /^pod\/c\n$/],
    ['get pods --sort-by=.metadata.labels.app -o name', /^pod\/a\npod\/b\npod\/c\n$/],
    ['get configmaps --sort-by=.data.k', /one[\s\S]*two/],
    ['get pods --field-selector=metadata.name!=a,status.phase=Pending -o name', /^pod\/b\npod\/c\n$/],
    ['get secrets --field-selector=type=example.dev/x', /^NAME +TYPE +DATA +AGE\ntyped +example\.dev\/x +1 /],
    ['get pods --chunk-size=1', /\na [\s\S]*\nb [\s\S]*\nc /],
    ['get pods,configmaps -o name', /^pod\/a\npod\/b\npod\/c\nconfigmap\/kube-root-ca.crt\nconfigmap\/one\n/],
    ['get pod/a cm/one', /^NAME[\s\S]*pod\/a [\s\S]*configmap\/one /],
    ['get all', /pod\/a [\s\S]*deployment\.apps\/web +0\/0[\s\S]*replicaset\.apps\/web-/],
    ['get deployments -A', /^NAMESPACE +NAME +READY +UP-TO-DATE +AVAILABLE +AGE\n[\s\S]*getting +web +0\/0/],
    ['get deployments -o wide', /CONTAINERS +IMAGES +SELECTOR\nweb .* nginx +nginx +app=web\n/],
    ['get deployment web --subresource=scale', /^NAME +DESIRED +AVAILABLE +AGE\nweb +0 +0 /],
    ['get deployment web --subresource=status', /^NAME +READY[\s\S]*web +0\/0/],
    [
      'get nodes -o wide',
      /VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME\n\S+ +Ready /,
    ],
    ['get namespaces getting --show-labels', 'kubernetes.io/metadata.name=getting'],
    ['get pods none --ignore-not-found', /^$/],
    ['get pods -l app=none', 'No resources found in getting namespace.'],
    ['get --raw /api/v1/namespaces/getting/configmaps/one', '"data":{"k":"v"}'],
    ['get --raw /readyz', 'ok'],
  ])

  kubectl.refusing([
    ['get pods a none', 'Error from server (NotFound): pods "none" not found'],
    ['get nothings', `error: the server doesn't have a resource type "nothings"`],
    ['get pods --field-selector=spec.none=1', 'field label not supported: spec.none'],
    ['get pods -l a=(', "unable to parse requirement: found '(', expected: identifier"],
    ['get --raw /none', 'Error from server (NotFound): the server could not find the requested resource'],
  ])

  it('get -w shows what was, then what happens', async () => {
    const watched = kubectl.says('get configmap one -w --output-watch-events --request-timeout=4s')
    // Nobody but kubectl knows when its watch began: there is a change each moment until it is over.
    const change = setInterval(() => {
      void kubectl.says(`annotate configmap one --overwrite change=${performance.now()}`)
    }, 500)
    const said = await watched.finally(() => clearInterval(change))
    expect(said).toMatch(/^EVENT +NAME +DATA +AGE\nADDED +one +1 .*\n(MODIFIED +one +1 .*\n)+/)
  })

  it('get -f and get -k ask for what files name', async () => {
    const path = await kubectl.file('asked.json', configMap('two', {}))
    expect(await kubectl.says(['get', '-f', path, '-o', 'name'])).toBe('configmap/two\n')
    await kubectl.file('kustomization.yaml', 'resources: [asked.json]\n')
    expect(await kubectl.says(['get', '-k', dirname(path), '-o', 'name'])).toBe('configmap/two\n')
  })
}
