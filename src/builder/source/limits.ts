/** How large a source folder may be, and the error that helps to make it smaller. */
import { BuildError } from '../errors.ts'
import type { SourceFile } from './source-file.ts'

export interface SourceLimits {
  maxBytes: number
  maxFiles: number
}

export const DEFAULT_SOURCE_LIMITS: SourceLimits = { maxBytes: 500 * 2 ** 20, maxFiles: 100_000 }

/** Of a file that is read as a text: the largest lockfiles have a few of these. */
export const MAX_TEXT_BYTES = 32 * 2 ** 20

/** Throws SourceTooLarge, naming the biggest folders. */
export function checkLimits(files: readonly SourceFile[], limits: SourceLimits): void {
  let bytes = 0
  for (const file of files) if (file.type === 'file') bytes += file.size
  if (bytes <= limits.maxBytes && files.length <= limits.maxFiles) return
  const isBySize = bytes > limits.maxBytes
  const biggest = biggestFolders(files, isBySize)
  const what = isBySize
    ? `${formatBytes(bytes)} (at most ${formatBytes(limits.maxBytes)} are taken)`
    : `more than ${limits.maxFiles} files`
  throw new BuildError(
    'SourceTooLarge',
    `The source folder has ${what}. The biggest: ${biggest.map((folder) => folder.text).join(', ')}.`,
    {
      hint: `Leave out what the app does not need by adding lines to .naruignore, for example: ${biggest.map((folder) => `/${folder.name}`).join(' ')}`,
    },
  )
}

/** The top-level entries that weigh most, three at most. */
function biggestFolders(files: readonly SourceFile[], isBySize: boolean): { name: string; text: string }[] {
  const weights = new Map<string, number>()
  for (const file of files) {
    const slash = file.path.indexOf('/')
    const top = slash < 0 ? file.path : `${file.path.slice(0, slash)}/`
    weights.set(top, (weights.get(top) ?? 0) + (!isBySize ? 1 : file.type === 'file' ? file.size : 0))
  }
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, weight]) => ({ name, text: `${name} ${isBySize ? formatBytes(weight) : `${weight} files`}` }))
}

/** `999 B`, `1.2 kB`, `42 MB`: powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}
