/** What a source folder is and how it becomes an image. Made from the folder alone; nothing is run or downloaded. */

import type { PlannedStart } from '../languages/language.ts'
import type { LanguageName, LanguagePlan } from '../languages/recognise.ts'

export type PackageManagerName = 'npm' | 'pnpm' | 'yarn'

export interface PackageManager {
  name: PackageManagerName
  /** Exact version from `packageManager`, or a major line that fits the lockfile. */
  version: string
  lockfile: string
}

export interface PlannedProcess {
  name: string
  command: readonly string[]
}

export interface BuildPlan {
  kind: 'node' | 'static' | LanguageName
  /** What the container runs on. */
  runtime: 'node' | 'caddy' | LanguageName
  /** What the app's language makes of the folder, when that is another than Node.js. */
  language: LanguagePlan | undefined
  /** The Node.js versions the app accepts; set when it runs or is built with Node.js. */
  node: { range: string; from: string } | undefined
  /** Undefined when there is nothing to install. */
  packageManager: PackageManager | undefined
  /** Whether production dependencies go into the image. */
  hasRuntimeDependencies: boolean
  /** The script `build` of package.json, when it has one. */
  buildScript: string | undefined
  /** A static site's folder; undefined for what a build makes (found afterwards) and for other kinds. `.` is the root. */
  siteFolder: string | undefined
  /** The process, and where it was found. Static sites have Naru's web server unless a Procfile says more. */
  start: PlannedStart | undefined
  /** What a Procfile says is to run; undefined where `start` is all there is. */
  processes: readonly PlannedProcess[] | undefined
  /** What is to run once before a release is started. */
  releaseCommand: readonly string[] | undefined
  /** For people, e.g. "Node.js app, npm, started by scripts.start". */
  summary: string
}
