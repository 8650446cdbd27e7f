/** Reads what apt prints. */

export interface DebianPackage {
  name: string
  /** As in the archive's file name. */
  fileName: string
  sha256: string
}

/** Names that have a candidate version, from `apt-cache policy`. */
export function parsePolicy(text: string): Set<string> {
  const names = new Set<string>()
  let current: string | undefined
  for (const line of text.split('\n')) {
    if (/^\S.*:$/.test(line)) current = line.slice(0, -1)
    else if (current !== undefined && /^ {2}Candidate: (?!\(none\))/.test(line)) names.add(current)
  }
  return names
}

/** Lines of `apt-get download --print-uris`: `'<uri>' <file> <size> SHA256:<hex>`. */
export function parseUris(text: string): DebianPackage[] {
  const packages: DebianPackage[] = []
  for (const line of text.split('\n')) {
    const match = /^'[^']+' (([^\s_/]+)_[^\s/]+\.deb) \d+ SHA256:([0-9a-f]{64})$/.exec(line.trim())
    if (match !== null) packages.push({ fileName: match[1] ?? '', name: match[2] ?? '', sha256: match[3] ?? '' })
  }
  return packages
}

/** Package names in `apt-get install --print-uris`: `'<uri>' <file> <size> <digest, or nothing>`. */
export function parseArchives(text: string): string[] {
  return text.split('\n').flatMap((line) => /^'[^']+' ([^\s_/]+)_[^\s/]+\.deb \d+/.exec(line)?.[1] ?? [])
}
