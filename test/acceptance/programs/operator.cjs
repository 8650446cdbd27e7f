// An operator without a library: the pod that holds the Lease makes a ConfigMap of each Greeting; all answer the webhook.
const { readFileSync } = require('node:fs')
const https = require('node:https')

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount/'
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/greeter/leases'
const GREETINGS = '/apis/operator.example.com/v1'
const LEASE_SECONDS = 6
const me = process.env.POD_NAME
const say = (line) => process.stdout.write(`${line}\n`)

function open(method, path, body, type = 'application/json') {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${readFileSync(`${FOLDER}token`, 'utf8')}`, 'content-type': type }
    const ca = readFileSync(`${FOLDER}ca.crt`)
    const host = process.env.KUBERNETES_SERVICE_HOST
    const port = process.env.KUBERNETES_SERVICE_PORT
    const request = https.request({ host, port, method, path, headers, ca, agent: false }, resolve)
    request.on('error', reject).end(body && JSON.stringify(body))
  })
}

async function ask(...request) {
  const answer = await open(...request)
  let text = ''
  for await (const chunk of answer) text += chunk
  return { code: answer.statusCode, body: JSON.parse(text) }
}

async function must(...request) {
  const { code, body } = await ask(...request)
  if (code >= 300) throw new Error(`${request[0]} ${request[1]}: ${body.message}`)
  return body
}

/** Whether the Lease is ours, after an attempt to take or renew it. */
async function leads() {
  const now = new Date()
  const renewTime = `${now.toISOString().slice(0, -1)}000Z`
  const mine = { holderIdentity: me, leaseDurationSeconds: LEASE_SECONDS, renewTime }
  const { code, body: lease } = await ask('GET', `${LEASES}/greeter`)
  if (code === 404) {
    const first = { metadata: { name: 'greeter' }, spec: { ...mine, acquireTime: renewTime, leaseTransitions: 0 } }
    return (await ask('POST', LEASES, first)).code === 201
  }
  if (code !== 200) return false
  const { holderIdentity, renewTime: renewed, leaseTransitions } = lease.spec
  const isMine = holderIdentity === me
  if (!isMine && now - new Date(renewed) < LEASE_SECONDS * 1000) return false
  const taken = isMine ? {} : { acquireTime: renewTime, leaseTransitions: leaseTransitions + 1 }
  const spec = { ...lease.spec, ...mine, ...taken }
  return (await ask('PUT', `${LEASES}/greeter`, { ...lease, spec })).code === 200
}

async function reconcile({ metadata, spec }) {
  const { namespace, name, uid, generation } = metadata
  const owner = { apiVersion: 'operator.example.com/v1', kind: 'Greeting', name, uid, controller: true }
  const made = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ownerReferences: [{ ...owner, blockOwnerDeletion: true }] },
    data: { message: spec.message.toUpperCase() },
  }
  const apply = '?fieldManager=greeter&force=true'
  await must(
    'PATCH',
    `/api/v1/namespaces/${namespace}/configmaps/${name}${apply}`,
    made,
    'application/apply-patch+yaml',
  )
  const status = { status: { observedGeneration: generation, by: me } }
  const path = `${GREETINGS}/namespaces/${namespace}/greetings/${name}/status`
  await must('PATCH', path, status, 'application/merge-patch+json')
}

/** All there are, then each that changes, until the watch ends. */
async function follow() {
  const { items, metadata } = await must('GET', `${GREETINGS}/greetings`)
  for (const greeting of items) await reconcile(greeting)
  const path = `${GREETINGS}/greetings?watch=true&timeoutSeconds=60&resourceVersion=${metadata.resourceVersion}`
  let rest = ''
  for await (const chunk of await open('GET', path)) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      const { type, object } = JSON.parse(line)
      if (type === 'ERROR') return
      if (type !== 'DELETED' && object.status?.observedGeneration !== object.metadata.generation)
        await reconcile(object)
    }
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let lastRenewal = 0

/** Ends the process when the Lease is lost, as others do. */
async function lead() {
  for (;;) {
    const asked = Date.now()
    const isHeld = await leads().catch(() => false)
    if (isHeld && lastRenewal === 0) say('leads')
    if (isHeld) lastRenewal = asked
    else if (lastRenewal > 0 && Date.now() - lastRenewal > LEASE_SECONDS * 1000) process.exit(1)
    await pause(1500)
  }
}

async function work() {
  for (;;) {
    if (lastRenewal > 0) await follow().catch((error) => say(error.message))
    await pause(500)
  }
}

const tls = { key: readFileSync('/tls/tls.key'), cert: readFileSync('/tls/tls.crt') }
https
  .createServer(tls, async (request, response) => {
    if (request.url === '/healthz') return response.end('ok')
    let text = ''
    for await (const chunk of request) text += chunk
    const { request: asked, apiVersion, kind } = JSON.parse(text)
    const isRude = /stupid/i.test(asked.object.spec.message)
    const status = isRude ? { status: { code: 422, message: `${asked.userInfo.username}, be polite` } } : {}
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ apiVersion, kind, response: { uid: asked.uid, allowed: !isRude, ...status } }))
  })
  .listen(8443)

process.on('SIGTERM', () => process.exit(0))
void lead()
void work()
