/** Requests of any size to the server as a whole. */
import type { TestCluster } from '../../harness/cluster.ts'

/** Throws for answers of 500. */
export async function send(
  { exchange }: TestCluster,
  url: string,
  {
    method = 'POST',
    body = '',
    type = 'application/json',
  }: { method?: 'POST' | 'PATCH' | 'GET'; body?: string; type?: string },
): Promise<void> {
  const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1'
  const headers = { 'content-type': type, accept }
  const response = await exchange({ method, url, headers, body, signal: new AbortController().signal })
  if (response.status === 500) throw new Error(`answered 500: ${JSON.stringify(response.body).slice(0, 500)}`)
}
