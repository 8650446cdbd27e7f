/** Where the files of a static site are. */

/** Folders that hold a site, in the order they are looked into. */
export const SITE_FOLDERS = ['dist', 'build', 'out', 'public', '_site'] as const

/** Folders that hold a finished site without a build step: the top first. */
export function findSiteFolder(source: { has(path: string): boolean }): string | undefined {
  if (source.has('index.html')) return '.'
  return SITE_FOLDERS.find((folder) => source.has(`${folder}/index.html`))
}
