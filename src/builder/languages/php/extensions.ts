/** PHP's extensions: which Debian package has each, and the order in which they are loaded. Source: the files lists and
 *  ini files (`; priority=`) of Debian's php8.2 packages; `ext-*` of Composer's "Platform packages". */

/** Part of PHP itself, or of the package that it always comes with and enabled in every image. */
const BUILT_IN = new Set(
  'core date filter hash json libxml openssl pcre random reflection session sodium spl standard zlib'.split(' '),
)
const COMMON = 'ctype exif fileinfo ftp gettext iconv pdo phar posix sockets tokenizer'.split(' ')
const ON_REQUEST = 'calendar ffi shmop sysvmsg sysvsem sysvshm'.split(' ')

/** What a package brings, all of which is loaded when any of it is asked for. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'php-amqp': ['amqp'],
  'php-apcu': ['apcu'],
  'php-bcmath': ['bcmath'],
  'php-curl': ['curl'],
  'php-gd': ['gd'],
  'php-gmp': ['gmp'],
  'php-imagick': ['imagick'],
  'php-intl': ['intl'],
  'php-ldap': ['ldap'],
  'php-mbstring': ['mbstring'],
  'php-mongodb': ['mongodb'],
  'php-mysql': ['mysqlnd', 'mysqli', 'pdo_mysql'],
  'php-pgsql': ['pgsql', 'pdo_pgsql'],
  'php-redis': ['igbinary', 'redis'],
  'php-soap': ['soap'],
  'php-sqlite3': ['sqlite3', 'pdo_sqlite'],
  'php-xml': ['xml', 'dom', 'simplexml', 'xmlreader', 'xmlwriter', 'xsl'],
  'php-yaml': ['yaml'],
  'php-zip': ['zip'],
}

/** Of a folder that does not say what it needs. */
export const USUAL: readonly string[] = ['curl', 'intl', 'mbstring', 'pdo_mysql', 'pdo_pgsql', 'xml']

/** Those that others need, in order; the rest come after them, sorted. */
const FIRST = ['mysqlnd', 'pdo', 'xml', 'igbinary']

export interface Extensions {
  /** Debian packages, sorted. */
  packages: readonly string[]
  /** In the order in which they are loaded. */
  loaded: readonly string[]
}

/** Which packages and extensions these names (`pdo_mysql`) need; `unknown` are those that no package has. */
export function chooseExtensions(names: readonly string[]): Extensions & { unknown: readonly string[] } {
  const packages = new Set<string>()
  const loaded = new Set(COMMON)
  const unknown: string[] = []
  for (const name of new Set(names.map((each) => each.toLowerCase()))) {
    if (BUILT_IN.has(name) || name === 'zend-opcache' || loaded.has(name)) continue
    const found = Object.entries(PACKAGES).find(([, brought]) => brought.includes(name))
    if (found !== undefined) {
      packages.add(found[0])
      for (const each of found[1]) loaded.add(each)
    } else if (ON_REQUEST.includes(name)) loaded.add(name)
    else unknown.push(name)
  }
  return { packages: [...packages].toSorted(), loaded: inLoadingOrder(loaded), unknown: unknown.toSorted() }
}

function inLoadingOrder(names: ReadonlySet<string>): string[] {
  return [...FIRST.filter((name) => names.has(name)), ...[...names].filter((name) => !FIRST.includes(name)).toSorted()]
}
