/** PHP: Debian's PHP in Apache, what Composer installs, the source as it is. */
import { buildPackagesLayer } from '../../layers/packages-layer.ts'
import { buildSourceLayer } from '../../layers/source-layer.ts'
import type { Language } from '../language.ts'
import { buildPhpDependencies } from './dependencies-layer.ts'
import type { PhpPlan } from './recognise.ts'
import { INI_FOLDER, serverEntries } from './server.ts'

/** Needed by modules of Apache that are not loaded. */
const WITHOUT = ['libaprutil1-dbd-sqlite3', 'libaprutil1-ldap', 'libjansson4', 'liblua5.3-0']

export const php: Language<PhpPlan> = {
  layers: (context, { source, plan: { extensions, composer } }) => [
    buildPackagesLayer(context, {
      name: ['php', ...extensions.packages.map((name) => name.slice('php-'.length))].join('-'),
      packages: ['libapache2-mod-php', 'php-cli', ...extensions.packages],
      without: WITHOUT,
      leftOut:
        /^etc\/(?!mime\.types$)|^usr\/share\/(?:bug|lintian|php[^/]*|bash-completion)\/|^usr\/lib\/apache2\/modules\/mod_(?:lua|md|ldap|authnz_ldap|dav\w*)\.so$/,
      entries: serverEntries(extensions.loaded),
    }),
    ...(composer === undefined ? [] : [buildPhpDependencies(context, { source, project: composer, extensions })]),
    buildSourceLayer(context, source),
  ],
  // What the app has in .php.ini.d counts last.
  env: { PHP_INI_SCAN_DIR: `${INI_FOLDER}:/app/.php.ini.d` },
}
