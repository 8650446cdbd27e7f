import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

/** Pods run scripts by the Node of the hello image: what a container sees is what it prints. */
describe('what a pod may rely on', () => {
  let naru: Installation
  let image: string

  beforeAll(async () => {
    naru = await openInstallation()
    image = await naru.deployHello()
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  const pod = (name: string, script: string, spec: object = {}, container: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { test: name } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 5,
      containers: [{ name: 'main', image, command: ['/usr/local/bin/node', '-e', script], ...container }],
      ...spec,
    },
  })
  const getPod = (name: string) => naru.kubectlJson<k8s.Pod>('get', `pod/${name}`)
  const finished = async (name: string) => {
    await naru.kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', `pod/${name}`, '--timeout=60s')
    return naru.kubectl('logs', name)
  }

  it('environment from values, ConfigMaps, Secrets, the pod itself, and expansion', async () => {
    await naru.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { COLOUR: 'green', size: 'large' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { token: 'open sesame' } },
      pod(
        'environment',
        'console.log(JSON.stringify(process.env))',
        {},
        {
          envFrom: [{ configMapRef: { name: 'settings' } }],
          env: [
            { name: 'PLAIN', value: 'one' },
            { name: 'TWICE', value: '$(PLAIN) and $(PLAIN), $$(PLAIN)' },
            { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
            { name: 'MY_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'MY_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
          ],
          resources: { limits: { memory: '128Mi', cpu: '500m' } },
        },
      ),
    )
    const env = JSON.parse(await finished('environment'))
    expect(env).toMatchObject({
      COLOUR: 'green',
      size: 'large',
      PLAIN: 'one',
      TWICE: 'one and one, $(PLAIN)',
      TOKEN: 'open sesame',
      MY_NAME: 'environment',
      MEMORY: '128',
    })
    expect(env.MY_IP).toMatch(/^10\.244\.0\.\d+$/)
    expect(env.KUBERNETES_SERVICE_HOST).toBe('10.96.0.1')
  })

  it('volumes from ConfigMap, Secret, emptyDir and projections, with modes; ConfigMap changes arrive', async () => {
    const script = `const fs=require('fs');fs.writeFileSync('/scratch/x','kept');
      console.log(JSON.stringify({size:fs.readFileSync('/config/size','utf8'),mode:(fs.statSync('/secret/token').mode&0o777).toString(8),
      token:fs.readFileSync('/secret/token','utf8'),labels:fs.readFileSync('/all/labels','utf8'),colour:fs.readFileSync('/all/c','utf8'),scratch:fs.readFileSync('/scratch/x','utf8')}));
      setInterval(()=>{const now=fs.readFileSync('/config/size','utf8');if(now!=='large'){console.log('now '+now);process.exit(0)}},100)`
    await naru.apply(
      pod(
        'volumes',
        script,
        {
          securityContext: { fsGroup: 4321 },
          volumes: [
            { name: 'config', configMap: { name: 'settings' } },
            { name: 'secret', secret: { secretName: 'keys', defaultMode: 0o440 } },
            { name: 'scratch', emptyDir: {} },
            {
              name: 'all',
              projected: {
                sources: [
                  { configMap: { name: 'settings', items: [{ key: 'COLOUR', path: 'c' }] } },
                  { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
                ],
              },
            },
          ],
        },
        {
          volumeMounts: [
            { name: 'config', mountPath: '/config' },
            { name: 'secret', mountPath: '/secret' },
            { name: 'scratch', mountPath: '/scratch' },
            { name: 'all', mountPath: '/all' },
          ],
        },
      ),
    )
    await eventually('the first line', async () => (await naru.kubectl('logs', 'volumes')).includes('size'))
    expect(JSON.parse((await naru.kubectl('logs', 'volumes')).split('\n')[0] ?? '')).toEqual({
      size: 'large',
      mode: '440',
      token: 'open sesame',
      labels: 'test="volumes"',
      colour: 'green',
      scratch: 'kept',
    })
    await naru.kubectl('patch', 'configmap/settings', '-p', '{"data":{"size":"huge"}}')
    await naru.kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/volumes', '--timeout=120s')
    expect(await naru.kubectl('logs', 'volumes')).toContain('now huge')
  })

  it('limits hold as cgroup limits', async () => {
    const script = `const fs=require('fs');const read=p=>{try{return fs.readFileSync(p,'utf8').trim()}catch{return undefined}};
      console.log(read('/sys/fs/cgroup/memory.max')??read('/sys/fs/cgroup/memory/memory.limit_in_bytes'),read('/sys/fs/cgroup/cpu.max')??read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'))`
    await naru.apply(pod('limits', script, {}, { resources: { limits: { memory: '128Mi', cpu: '500m' } } }))
    expect((await finished('limits')).trim()).toMatch(/^134217728 50000( 100000)?$/)
  })

  it('restarts a container that fails, with back-off, and says so', async () => {
    await naru.apply(pod('unlucky', 'console.log("bang"); process.exit(3)', { restartPolicy: 'Always' }))
    await eventually(
      'two restarts and a back-off',
      async () => {
        const status = (await getPod('unlucky')).status?.containerStatuses?.[0]
        return (
          (status?.restartCount ?? 0) >= 1 &&
          status?.state?.waiting?.reason === 'CrashLoopBackOff' &&
          status.lastState?.terminated?.exitCode === 3
        )
      },
      { timeoutMs: 60_000 },
    )
    expect(await naru.kubectl('get', 'pod/unlucky')).toMatch(/CrashLoopBackOff/)
    expect(await naru.kubectl('logs', 'unlucky', '--previous')).toContain('bang')
    expect(await naru.kubectl('describe', 'pod/unlucky')).toMatch(/BackOff.*Back-off restarting failed container/)
    await naru.kubectl('delete', 'pod/unlucky', '--grace-period=0')
  })

  it('probes: readiness takes out of the Service, liveness restarts, startup holds both back', async () => {
    const script = `const http=require('http');let ready=true,alive=true;const t=Date.now();
      http.createServer((q,s)=>{if(q.url==='/unready')ready=false;if(q.url==='/die')alive=false;
      const ok=q.url==='/started'?Date.now()-t>1500:q.url==='/ready'?ready:q.url==='/alive'?alive:true;s.statusCode=ok?200:500;s.end()}).listen(8080)`
    const probe = (path: string, more: object = {}) => ({ httpGet: { path, port: 8080 }, periodSeconds: 1, ...more })
    await naru.apply(
      pod(
        'probed',
        script,
        { restartPolicy: 'Always' },
        {
          ports: [{ containerPort: 8080 }],
          startupProbe: probe('/started', { failureThreshold: 30 }),
          readinessProbe: probe('/ready', { failureThreshold: 1 }),
          livenessProbe: probe('/alive', { failureThreshold: 1 }),
        },
      ),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'probed' },
        spec: { selector: { test: 'probed' }, ports: [{ port: 80, targetPort: 8080 }] },
      },
    )
    await naru.kubectl('wait', '--for=condition=Ready', 'pod/probed', '--timeout=60s')
    const { podIP } = (await getPod('probed')).status ?? {}
    const endpointReady = async () => {
      const slices = await naru.kubectlJson<k8s.EndpointSliceList>(
        'get',
        'endpointslices',
        '-l',
        'kubernetes.io/service-name=probed',
      )
      return slices.items[0]?.endpoints?.[0]?.conditions?.ready
    }
    expect(await endpointReady()).toBe(true)
    await mustRun('curl', ['-sS', `http://${podIP}:8080/unready`])
    await eventually('it is out of the Service', async () => (await endpointReady()) === false)
    await mustRun('curl', ['-sS', `http://${podIP}:8080/die`])
    await eventually(
      'it is restarted and ready again',
      async () => {
        const status = (await getPod('probed')).status?.containerStatuses?.[0]
        return status?.restartCount === 1 && status.ready
      },
      { timeoutMs: 60_000 },
    )
    expect(await naru.kubectl('describe', 'pod/probed')).toMatch(
      /Unhealthy.*Liveness probe failed: HTTP probe failed with statuscode: 500/,
    )
    await naru.kubectl('delete', 'pod/probed', 'service/probed')
  })

  it('ends gracefully: preStop, SIGTERM, the grace period, then SIGKILL', async () => {
    const polite = `process.on('SIGTERM',()=>{console.log('goodbye');setTimeout(()=>process.exit(0),300)});console.log('up');setInterval(()=>{},1000)`
    await naru.apply(
      pod('polite', polite),
      pod('stubborn', `process.on('SIGTERM',()=>console.log('no'));console.log('up');setInterval(()=>{},1000)`),
    )
    await naru.kubectl('wait', '--for=condition=Ready', 'pod/polite', 'pod/stubborn', '--timeout=60s')
    await eventually(
      'both are up',
      async () =>
        (await naru.kubectl('logs', 'polite')).includes('up') &&
        (await naru.kubectl('logs', 'stubborn')).includes('up'),
    )
    const last = naru.kubectlResult(['logs', '-f', 'polite'])
    let start = Date.now()
    await naru.kubectl('delete', 'pod/polite')
    expect(Date.now() - start).toBeLessThan(4500)
    expect((await last).stdout).toContain('goodbye')
    start = Date.now()
    await naru.kubectl('delete', 'pod/stubborn')
    expect(Date.now() - start).toBeGreaterThan(4500)
  })

  it('init containers run first, in order; a NodePort answers on the node; a bad image says ErrImagePull', async () => {
    const step = (name: string) => ({
      name,
      image,
      command: ['/usr/local/bin/node', '-e', `require('fs').appendFileSync('/shared/order','${name} ')`],
      volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
    })
    await naru.apply(
      pod(
        'ordered',
        `const o=require('fs').readFileSync('/shared/order','utf8');require('http').createServer((q,s)=>s.end(o+'main')).listen(8080)`,
        {
          initContainers: [step('first'), step('second')],
          volumes: [{ name: 'shared', emptyDir: {} }],
        },
        { ports: [{ containerPort: 8080 }], volumeMounts: [{ name: 'shared', mountPath: '/shared' }] },
      ),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'ordered' },
        spec: { type: 'NodePort', selector: { test: 'ordered' }, ports: [{ port: 80, targetPort: 8080 }] },
      },
      pod('wrong', '', {}, { image: `${image.split('@')[0]}:no-such-tag` }),
    )
    await naru.kubectl('wait', '--for=condition=Ready', 'pod/ordered', '--timeout=60s')
    const port = (await naru.kubectl('get', 'service/ordered', '-o', 'jsonpath={.spec.ports[0].nodePort}')).trim()
    const address = (
      await naru.kubectl('get', 'nodes', '-o', 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')
    ).trim()
    await eventually(
      'the NodePort answers',
      async () =>
        (await mustRun('curl', ['-sS', '--max-time', '3', `http://${address}:${port}/`])) === 'first second main',
    )
    await eventually('the bad image is named', async () =>
      /ErrImagePull|ImagePullBackOff/.test(await naru.kubectl('get', 'pod/wrong')),
    )
    await naru.kubectl('delete', 'pod/wrong', 'pod/ordered', 'service/ordered')
  })

  it('a pod that fits nowhere is Pending, with the scheduler saying why', async () => {
    await naru.apply(pod('giant', '', {}, { resources: { requests: { memory: '10Ti' } } }))
    await eventually('the reason', async () =>
      /0\/1 nodes are available: 1 Insufficient memory/.test(await naru.kubectl('describe', 'pod/giant')),
    )
    await naru.kubectl('delete', 'pod/giant')
  })
})
