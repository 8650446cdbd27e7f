/** The environment of build commands: clean, but for what reaching the network takes. */

/** Passed on from the user's environment: proxies and certificates. */
const NETWORK = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

/** npm settings that say where packages come from, without those that say who one is. Everything else that npm exports
 *  when Naru itself is started by it (prefixes, the name of the package, …) would lead the build astray. */
const NPM = /^npm_config_(?:registry|proxy|https_proxy|noproxy|cafile|ca|strict_ssl|@.*)$/i

/** `npm_config_//registry.example/:_authToken`, as lines of a .npmrc: a .npmrc of the app's could put any variable of the
 *  environment into an address of its own. */
export function npmCredentials(env: EnvironmentOptions['env']): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const key = /^npm_config_(\/\/.*)$/i.exec(name)?.[1]
    return key === undefined || value === undefined ? [] : [`${key}=${JSON.stringify(value)}`]
  })
}

export interface EnvironmentOptions {
  env: Readonly<Record<string, string | undefined>>
  /** Folder with the commands of this build, searched first. */
  path: string
  home: string
  /** npm configuration of the user, for trusted commands. */
  npmrc: string | undefined
  /** Folder for downloads that builds share, for trusted commands. */
  cache: string | undefined
  /** The first tool of the workspace. npm warns of settings it does not know, so pnpm's are for pnpm alone. */
  packageManager: string | undefined
}

export function stepEnvironment({
  env,
  path,
  home,
  npmrc,
  cache,
  packageManager,
}: EnvironmentOptions): Record<string, string> {
  const passed = Object.entries(env).filter(
    ([name]) => NETWORK.includes(name) || (npmrc !== undefined && NPM.test(name)),
  )
  return {
    ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ''])),
    PATH: `${path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: home,
    CI: 'true',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
    SOURCE_DATE_EPOCH: '0',
    NEXT_TELEMETRY_DISABLED: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_cache: cache === undefined ? `${home}/.npm` : `${cache}/npm`,
    ...(npmrc === undefined ? {} : { npm_config_userconfig: npmrc }),
    ...(cache === undefined
      ? {}
      : {
          YARN_CACHE_FOLDER: `${cache}/yarn`,
          ...(packageManager === 'pnpm' ? { npm_config_store_dir: `${cache}/pnpm` } : {}),
        }),
  }
}
