/** What the user wants noted of requests to the API. */
import { type AuditOptions, AuditPolicyError, readAuditPolicy } from '../apiserver/index.ts'
import { EngineFailure } from './failure.ts'
import type { EngineFiles } from './files.ts'
import type { Settings } from './settings.ts'

/** Throws EngineFailure for a policy that cannot be used: running without is not what was asked for. */
export async function auditOptions(
  { auditPolicy }: Settings,
  { auditLog }: Pick<EngineFiles, 'auditLog'>,
): Promise<AuditOptions | undefined> {
  if (auditPolicy === undefined) return undefined
  try {
    return { policy: await readAuditPolicy(auditPolicy), path: auditLog }
  } catch (cause) {
    if (!(cause instanceof AuditPolicyError)) throw cause
    throw new EngineFailure(
      'auditPolicy',
      cause.message,
      'Mend the file, or start without an audit with NARU_AUDIT_POLICY=off.',
      { cause },
    )
  }
}
