/** Why a new version does not come to serve: a closed set. Each has a sentence `rollout.<code>` in the catalogues and a
 *  line in docs/errors.md. */

export const ROLLOUT_FAILURES = [
  'crashed',
  'outOfMemory',
  'imagePull',
  'startError',
  'unschedulable',
  'notCreated',
  'notListening',
  'refused',
  'stepFailed',
  'noProgress',
] as const

/** The container whose last lines say more. */
export interface ContainerInQuestion {
  pod: string
  container: string
  /** As the runtime knows it, without the scheme; undefined before it was created. */
  containerId?: string | undefined
  /** Whether the lines to show are those of the run before the present one. */
  previous: boolean
}

export type RolloutFailure =
  | { code: 'crashed'; exitCode: number; signal: number | undefined; crashes: number; where: ContainerInQuestion }
  | { code: 'outOfMemory'; limit: string | undefined; crashes: number; where: ContainerInQuestion }
  | { code: 'imagePull'; message: string; image: string }
  | { code: 'startError'; reason: string; message: string }
  | { code: 'unschedulable'; message: string }
  | { code: 'notCreated'; message: string }
  | { code: 'notListening'; port: number; seconds: number; where: ContainerInQuestion }
  | { code: 'refused'; reason: string; message: string }
  /** `where`: the pod of the release step. */
  | { code: 'stepFailed'; exitCode: number | undefined; where: ContainerInQuestion | undefined }
  | { code: 'noProgress'; phase: string; seconds: number }

/** What a rollout is busy with, in order. */
export const ROLLOUT_PHASES = [
  'accepting',
  'resources',
  'releaseStep',
  'creating',
  'scheduling',
  'pulling',
  'starting',
  'listening',
  'switching',
] as const
export type RolloutPhase = (typeof ROLLOUT_PHASES)[number]

export type Diagnosis =
  | { state: 'serving'; url: string | undefined }
  | { state: 'progress'; phase: RolloutPhase; detail: string }
  | { state: 'failure'; failure: RolloutFailure }
