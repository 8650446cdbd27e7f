/** Words for a rollout that failed: what happened, the app's last lines, and whether a former version still serves. */
import { type App } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { listeningPorts } from '../../host/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { linesOf } from '../logs/read.ts'
import { isMessageKey } from '../messages/translate.ts'
import type { ContainerInQuestion, RolloutFailure } from './failure.ts'

const LAST_LINES = 20

export interface FailedRollout {
  client: Client
  namespace: string
  name: string
  failure: RolloutFailure
  app: App | undefined
}

export async function rolloutError(context: CommandContext, rollout: FailedRollout): Promise<CliError> {
  const { t } = context
  const { app, name, namespace } = rollout
  const failure = withoutFinalStop(rollout.failure)
  const sentences = [await sentenceOf(context, failure)]
  const { servingRelease, latestRelease } = app?.status ?? {}
  const serves = servingRelease !== undefined && servingRelease !== latestRelease
  sentences.push(serves ? t('rollout.formerServes', { url: app?.status?.url ?? name }) : t('rollout.noneServes'))
  const parts = [sentences.join(' ')]
  if ('where' in failure && failure.where !== undefined) {
    const lines = await lastLines(context, rollout, failure.where)
    if (lines.length > 0) parts.push(`${t('rollout.lastLines', { pod: failure.where.pod })}\n${indent(lines)}`)
    else parts.push(t('rollout.noLines'))
  }
  return CliError.of('rolloutFailed', { name, namespace, details: parts.join('\n') })
}

/** Others' words become the end of a sentence of ours, which brings its own full stop. */
const withoutFinalStop = (failure: RolloutFailure): RolloutFailure =>
  'message' in failure ? { ...failure, message: failure.message.trim().replace(/\.$/, '') } : failure

async function sentenceOf({ t }: CommandContext, failure: RolloutFailure): Promise<string> {
  switch (failure.code) {
    case 'crashed': {
      const { exitCode, signal, crashes } = failure
      return signal === undefined
        ? t('rollout.crashed', { exitCode, crashes })
        : t('rollout.crashedSignal', { exitCode, signal: SIGNALS[signal] ?? `signal ${signal}`, crashes })
    }
    case 'outOfMemory':
      return failure.limit === undefined
        ? t('rollout.outOfMemoryNode')
        : t('rollout.outOfMemory', { limit: failure.limit })
    case 'notListening': {
      const { port, seconds, where } = failure
      const others = (await listeningPorts(where.containerId ?? '')).filter((other) => other !== port)
      const found = others.length > 0 ? ` ${t('rollout.listensElsewhere', { ports: others.join(', ') })}` : ''
      return t('rollout.notListening', { port, seconds }) + found
    }
    case 'imagePull':
      return t('rollout.imagePull', { image: failure.image, message: failure.message })
    case 'startError':
      return t('rollout.startError', { reason: failure.reason, message: failure.message })
    case 'unschedulable':
      return t('rollout.unschedulable', { message: failure.message })
    case 'notCreated':
      return t('rollout.notCreated', { message: failure.message })
    case 'refused':
      return t('rollout.refused', { message: failure.message })
    case 'stepFailed':
      return t('rollout.stepFailed', { exitCode: failure.exitCode ?? '–' })
    case 'noProgress': {
      const phase = `rollout.phase.${failure.phase}`
      return t('rollout.noProgress', {
        phase: isMessageKey(phase) ? t(phase as 'rollout.phase.starting') : failure.phase,
        seconds: failure.seconds,
      })
    }
  }
}

/** signal(7), those that end an app in practice. */
const SIGNALS: Record<number, string> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}

/** Of the run in question; of the other one when that has none. Never fails: the lines are a help, not the point. */
async function lastLines(
  { signal }: CommandContext,
  { client, namespace }: FailedRollout,
  where: ContainerInQuestion,
): Promise<string[]> {
  for (const previous of [where.previous, !where.previous]) {
    try {
      const lines: string[] = []
      const options = { container: where.container, tailLines: LAST_LINES, previous, signal }
      for await (const line of linesOf(client.logs({ namespace, name: where.pod }, options))) lines.push(line)
      if (lines.length > 0) return lines
    } catch (error) {
      if (signal.aborted) throw error
      if (!previous && where.previous) return [errorMessage(error)]
    }
  }
  return []
}

const indent = (lines: readonly string[]) => lines.map((line) => `  | ${line}`).join('\n')
