/** The gateway beside nginx, both proxying to the same backend (the hello app's pod), the same wrk, the same run. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { k8s } from '../src/api/index.ts'
import { eventually, mustRun } from '../test/acceptance/harness/command.ts'
import { openPrepared } from './prepared.ts'
import type { BenchOptions } from './run.ts'
import { medianOf, type Row } from './table.ts'

const NGINX_PORT = 18_080

interface Sample {
  requestsPerSecond: number
  p99Ms: number
}

export async function gatewayBench({ quick }: BenchOptions): Promise<Row[]> {
  await using naru = await openPrepared()
  const url = new URL(await naru.deploy(await naru.copyOf('examples/hello', 'hello')))
  const pods = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'apps.naru.dev/app=hello')
  const backend = `${pods.items[0]?.status?.podIP}:8080`
  const folder = await mkdtemp(join(tmpdir(), 'naru-bench-nginx-'))
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(folder, backend))
  const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-g', 'daemon off;'], {
    stdio: 'ignore',
  })
  try {
    await eventually(
      'nginx answers',
      async () => (await mustRun('curl', ['-sS', '--fail', `http://127.0.0.1:${NGINX_PORT}/`])) !== '',
    )
    const seconds = quick ? 3 : 10
    const rounds = quick ? 1 : 3
    const ours: Sample[] = []
    const theirs: Sample[] = []
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await wrk(`http://127.0.0.1:${url.port || 80}/`, url.host, seconds))
      theirs.push(await wrk(`http://127.0.0.1:${NGINX_PORT}/`, url.host, seconds))
    }
    const rate = (samples: Sample[]) => medianOf(samples.map((sample) => sample.requestsPerSecond))
    const p99 = (samples: Sample[]) => medianOf(samples.map((sample) => sample.p99Ms))
    return [
      {
        what: 'gateway requests/s, 32 keep-alive connections',
        measured: rate(ours).toFixed(0),
        beside: `nginx (one worker) ${rate(theirs).toFixed(0)}`,
        verdict: `${(rate(ours) / rate(theirs)).toFixed(2)}×`,
      },
      {
        what: 'gateway p99',
        measured: `${p99(ours).toFixed(1)} ms`,
        beside: `nginx ${p99(theirs).toFixed(1)} ms`,
        verdict: `${(p99(ours) / p99(theirs)).toFixed(2)}×`,
      },
    ]
  } finally {
    nginx.kill('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
}

async function wrk(url: string, host: string, seconds: number): Promise<Sample> {
  const output = await mustRun('wrk', ['-t1', '-c32', `-d${seconds}s`, '--latency', '-H', `Host: ${host}`, url])
  const errors = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(output)
  if (errors !== null) throw new Error(`${url} failed under load: ${errors[0]}`)
  const [, value = '', unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? []
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p99Ms: Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1),
  }
}

const nginxConfig = (folder: string, backend: string) => `
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream app { server ${backend}; keepalive 64; }
  server {
    listen 127.0.0.1:${NGINX_PORT};
    location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  }
}
`
