/** Auditing: off until there is a policy. */
import type { ApiRequest } from '../../api/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import type { Randomness } from '../server/randomness.ts'
import { type AuditLogOptions, openAuditLog } from './audit-log.ts'
import { type AuditSink, AuditTrail } from './audit-trail.ts'
import type { AuditPolicy } from './policy.ts'

/** Where and what to note. */
export interface AuditOptions extends Pick<AuditLogOptions, 'path' | 'maxBytes' | 'maxBackups'> {
  policy: AuditPolicy
}

export interface Audit extends AsyncDisposable {
  /** `id`: what the request is called already. */
  begin(request: ApiRequest, info: RequestInfo, id?: string): AuditTrail
}

export async function openAudit(
  { policy, ...file }: AuditOptions,
  { clock, logger, randomness }: { clock: Clock; logger: Logger; randomness: Randomness },
): Promise<Audit> {
  const log = await openAuditLog({ ...file, clock, logger })
  const sink: AuditSink = {
    policy,
    now: () => clock.now(),
    newId: () => randomness.uuid(),
    write: (line) => log.write(line),
  }
  return {
    begin: (request, info, id) => new AuditTrail(sink, request, info, id),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  }
}
