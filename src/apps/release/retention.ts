/** Which releases are no longer kept. Pure. */
import type { Release } from '../../api/index.ts'

/** So many can be rolled back to. */
export const KEPT_RELEASES = 10

/** All but the newest ones and those in use. What was made for a release goes with it. */
export function outdated(releases: readonly Release[], inUse: ReadonlySet<string>): Release[] {
  return releases
    .toSorted((a, b) => b.spec.number - a.spec.number)
    .slice(KEPT_RELEASES)
    .filter(({ metadata }) => !inUse.has(metadata.name))
}
