/** How containers of an image start. */
import type { RunConfig } from '../../images/index.ts'
import type { BuildPlan } from '../detect/plan.ts'
import { languageEnvironment } from '../languages/layers.ts'
import { APP_USER_ID } from './base-layer.ts'

/** What the app listens on when nobody says otherwise; the platform always sets PORT. */
const DEFAULT_PORT = 8080

export function runConfig(plan: BuildPlan): RunConfig {
  return {
    user: `${APP_USER_ID}:${APP_USER_ID}`,
    workingDir: '/app',
    env: {
      PATH: '/app/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/home/app',
      LANG: 'C.UTF-8',
      PORT: String(DEFAULT_PORT),
      ...(plan.runtime === 'node' ? { NODE_ENV: 'production' } : {}),
      ...(plan.language === undefined ? {} : languageEnvironment(plan.language)),
    },
    command: plan.start?.command ?? ['/usr/bin/caddy', 'run', '--config', 'caddy.json'],
    exposedPorts: [DEFAULT_PORT],
  }
}
