/** The versions of OpenJDK that Debian and its like have had since Naru's oldest: those that are kept up for years. */
const VERSIONS = [17, 21, 25]

/** Names of the package for an app that asks for a release, best first, as `|` joins them: the oldest that can run it. */
export function openjdkPackage(kind: 'jdk-headless' | 'jre-headless', release: number): string {
  const fitting = VERSIONS.filter((version) => version >= release)
  return (fitting.length === 0 ? [release] : fitting).map((version) => `openjdk-${version}-${kind}`).join('|')
}
