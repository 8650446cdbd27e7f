/** Every command as data: what it is called and what it takes. Help, parsing, suggestions and shell completion are made
 *  from this; `load-command.ts` has the code. */
import type { PlainMessageKey } from './messages/translate.ts'

export interface OptionSpec {
  /** As commander writes them: `-f, --follow`, `--tail <lines>`; of what ends in dots there may be many. */
  flags: string
  description: PlainMessageKey
  /** Values to complete. */
  choices?: readonly string[]
}

export const COMMAND_NAMES = [
  'init',
  'deploy',
  'render',
  'apps',
  'ps',
  'releases',
  'rollback',
  'traffic',
  'route',
  'maintenance',
  'env',
  'add',
  'resources',
  'remove',
  'cron',
  'db',
  'scale',
  'restart',
  'run',
  'exec',
  'cp',
  'port-forward',
  'logs',
  'open',
  'delete',
  'up',
  'down',
  'status',
  'why',
  'backup',
  'restore',
  'trust',
  'doctor',
  'kubeconfig',
  'completion',
  'version',
] as const
export type CommandName = (typeof COMMAND_NAMES)[number]

export type CommandArgument =
  | '<app>'
  | '[app]'
  | '<pod>'
  | '<type>'
  | '<resource>'
  | '[folder]'
  | '<shell>'
  | '<file>'
  | '[file]'
  | '[release]'
  | '[release=percent...]'
  | '[process=count...]'
  | '<action>'
  | '[action]'
  | '<from>'
  | '<to>'
  | '[name]'
  | '[route]'
  | '[variables...]'
  | '[schedule]'
  | '[words...]'
  | '[command...]'
  | '[port]'
  | '[what]'

export interface CommandSpec {
  name: CommandName
  /** `<app>` is required, `[folder]` is not, and of what ends in dots there may be many. `app` and `folder` also say what
   *  a shell may complete. */
  arguments: readonly CommandArgument[]
  summary: PlainMessageKey
  /** A line or several that can be pasted into a shell; not translated. */
  examples: readonly string[]
  options: readonly OptionSpec[]
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--json', description: 'option.json' },
  { flags: '-n, --namespace <name>', description: 'option.namespace' },
  { flags: '--context <name>', description: 'option.context' },
]

const TIMEOUT: OptionSpec = { flags: '--timeout <duration>', description: 'deploy.option.timeout' }
const NO_DUMP: OptionSpec = { flags: '--no-dump', description: 'delete.option.noDump' }

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'init',
    arguments: ['[folder]'],
    summary: 'init.summary',
    examples: [
      'naru init',
      'naru init shop --template node-web',
      'naru init shop --template https://example.com/shop.git',
    ],
    options: [{ flags: '-t, --template <template>', description: 'init.option.template' }],
  },
  {
    name: 'deploy',
    arguments: ['[folder]'],
    summary: 'deploy.summary',
    examples: ['naru deploy', 'naru deploy ./shop --name shop --port 3000', 'naru deploy target/shop.war'],
    options: [
      { flags: '--name <name>', description: 'deploy.option.name' },
      { flags: '--port <number>', description: 'deploy.option.port' },
      { flags: '-m, --message <text>', description: 'deploy.option.message' },
      { flags: '--no-traffic', description: 'deploy.option.noTraffic' },
      TIMEOUT,
    ],
  },
  {
    name: 'render',
    arguments: ['[folder]'],
    summary: 'render.summary',
    examples: ['naru render', 'naru render ./shop --objects', 'naru render --json'],
    options: [
      { flags: '--name <name>', description: 'deploy.option.name' },
      { flags: '--objects', description: 'render.option.objects' },
    ],
  },
  {
    name: 'apps',
    arguments: [],
    summary: 'apps.summary',
    examples: ['naru apps', 'naru apps --json'],
    options: [],
  },
  {
    name: 'ps',
    arguments: ['[app]'],
    summary: 'ps.summary',
    examples: ['naru ps', 'naru ps shop --json'],
    options: [],
  },
  {
    name: 'releases',
    arguments: ['[app]'],
    summary: 'releases.summary',
    examples: ['naru releases', 'naru releases shop --json'],
    options: [],
  },
  {
    name: 'rollback',
    arguments: ['[app]', '[release]'],
    summary: 'rollback.summary',
    examples: ['naru rollback', 'naru rollback v11', 'naru rollback shop v11'],
    options: [TIMEOUT],
  },
  {
    name: 'traffic',
    arguments: ['[app]', '[release=percent...]'],
    summary: 'traffic.summary',
    examples: [
      'naru traffic shop',
      'naru traffic shop v12=90 v13=10',
      'naru traffic v12=100 v13=0:next',
      'naru traffic latest=100',
    ],
    options: [TIMEOUT],
  },
  {
    name: 'route',
    arguments: ['[action]', '[route]'],
    summary: 'route.summary',
    examples: [
      'naru route list',
      'naru route add api.example.com/v1 --rewrite /',
      'naru route add www.example.com --redirect https://example.com --permanent',
      'naru route add / --header X-Frame-Options=DENY --app shop',
      'naru route add www.example.com --cert www.crt --key www.key',
      'naru route force-https',
      'naru route remove www.example.com',
    ],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--redirect <url>', description: 'route.option.redirect' },
      { flags: '--permanent', description: 'route.option.permanent' },
      { flags: '--rewrite <path>', description: 'route.option.rewrite' },
      { flags: '--header <name=value...>', description: 'route.option.header' },
      { flags: '--request-header <name=value...>', description: 'route.option.requestHeader' },
      { flags: '--cert <file>', description: 'route.option.cert' },
      { flags: '--key <file>', description: 'route.option.key' },
    ],
  },
  {
    name: 'maintenance',
    arguments: ['[action]'],
    summary: 'maintenance.summary',
    examples: [
      'naru maintenance on',
      "naru maintenance on --message 'Back at ten.' --app shop",
      'naru maintenance off',
    ],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--message <text>', description: 'maintenance.option.message' },
    ],
  },
  {
    name: 'env',
    arguments: ['<action>', '[variables...]'],
    summary: 'env.summary',
    examples: [
      'naru env list',
      'naru env set GREETING=hello',
      'naru env set API_KEY < key.txt',
      'naru env set DB_HOST --from db.host',
      'naru env unset GREETING',
      'naru env import .env --app shop',
    ],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--from <place>', description: 'env.option.from' },
      TIMEOUT,
    ],
  },
  {
    name: 'add',
    arguments: ['<type>', '[what]'],
    summary: 'add.summary',
    examples: [
      'naru add postgres',
      'naru add postgres --as orders -p storage=5Gi',
      'naru add redis --app shop',
      'naru add external --as legacy -p secret=legacy-database',
      'naru add tomcat shop.war',
      'naru add route www.example.com',
    ],
    options: [
      { flags: '--as <name>', description: 'add.option.as' },
      { flags: '--class <class>', description: 'add.option.class' },
      { flags: '-p, --param <name=value...>', description: 'add.option.param' },
      { flags: '--image <image>', description: 'add.option.image' },
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--no-bind', description: 'add.option.noBind' },
      TIMEOUT,
    ],
  },
  {
    name: 'resources',
    arguments: [],
    summary: 'resources.summary',
    examples: ['naru resources', 'naru resources --json'],
    options: [],
  },
  {
    name: 'remove',
    arguments: ['<resource>'],
    summary: 'remove.summary',
    examples: ['naru remove orders', 'naru remove orders --yes'],
    options: [{ flags: '-y, --yes', description: 'delete.option.yes' }, NO_DUMP, TIMEOUT],
  },
  {
    name: 'cron',
    arguments: ['[action]', '[name]', '[schedule]', '[command...]'],
    summary: 'cron.summary',
    examples: [
      'naru cron list',
      "naru cron add nightly '0 3 * * *' -- npm run tidy",
      "naru cron add report '30 9 * * mon-fri' --time-zone Asia/Seoul --app shop -- node report.js",
      'naru cron run nightly',
      'naru cron remove nightly',
    ],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--time-zone <zone>', description: 'cron.option.timeZone' },
      TIMEOUT,
    ],
  },
  {
    name: 'db',
    arguments: ['<action>', '[words...]'],
    summary: 'db.summary',
    examples: [
      'naru db shell',
      "naru db shell orders -c 'select count(*) from orders'",
      'naru db shell orders -- --csv < report.sql',
      'naru db dump orders -o orders.dump',
      'naru db restore orders orders.dump',
      'naru db backups orders',
      'naru db backups now orders',
      'naru db restore orders --backup 20261121-030004',
    ],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '-c, --command <statement>', description: 'db.option.command' },
      { flags: '-o, --output <file>', description: 'db.option.output' },
      { flags: '--backup <backup>', description: 'db.option.backup' },
      { flags: '-y, --yes', description: 'delete.option.yes' },
    ],
  },
  {
    name: 'scale',
    arguments: ['[app]', '[process=count...]'],
    summary: 'scale.summary',
    examples: ['naru scale web=3 worker=2', 'naru scale shop web=2..5 --cpu 70'],
    options: [{ flags: '--cpu <percent>', description: 'scale.option.cpu' }, TIMEOUT],
  },
  {
    name: 'restart',
    arguments: ['[app]'],
    summary: 'restart.summary',
    examples: ['naru restart', 'naru restart shop'],
    options: [TIMEOUT],
  },
  {
    name: 'run',
    arguments: ['[command...]'],
    summary: 'run.summary',
    examples: ['naru run -- node migrate.js', 'naru run --app shop -- /bin/sh'],
    options: [{ flags: '-a, --app <name>', description: 'option.app' }, TIMEOUT],
  },
  {
    name: 'exec',
    arguments: ['[command...]'],
    summary: 'exec.summary',
    examples: ['naru exec', 'naru exec --process worker -- node --version'],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--process <name>', description: 'exec.option.process' },
    ],
  },
  {
    name: 'cp',
    arguments: ['<from>', '<to>'],
    summary: 'cp.summary',
    examples: ['naru cp :/data/report.csv .', 'naru cp ./seed worker:/tmp/seed', 'naru cp :/data ./data --app shop'],
    options: [{ flags: '-a, --app <name>', description: 'option.app' }],
  },
  {
    name: 'port-forward',
    arguments: ['[port]'],
    summary: 'portForward.summary',
    examples: ['naru port-forward', 'naru port-forward 8080', 'naru port-forward 15432:5432 --app shop'],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--process <name>', description: 'exec.option.process' },
    ],
  },
  {
    name: 'logs',
    arguments: ['[app]'],
    summary: 'logs.summary',
    examples: [
      'naru logs -f',
      'naru logs shop --process worker --tail 50',
      "naru logs shop --since 10m --grep 'error|timeout'",
      'naru logs shop --previous',
    ],
    options: [
      { flags: '-f, --follow', description: 'logs.option.follow' },
      { flags: '--tail <lines>', description: 'logs.option.tail' },
      { flags: '--since <duration>', description: 'logs.option.since' },
      { flags: '--process <name>', description: 'logs.option.process' },
      { flags: '--grep <pattern>', description: 'logs.option.grep' },
      { flags: '--previous', description: 'logs.option.previous' },
    ],
  },
  {
    name: 'open',
    arguments: ['<app>'],
    summary: 'open.summary',
    examples: ['naru open hello'],
    options: [],
  },
  {
    name: 'delete',
    arguments: ['<app>'],
    summary: 'delete.summary',
    examples: ['naru delete hello', 'naru delete hello --yes'],
    options: [{ flags: '-y, --yes', description: 'delete.option.yes' }, NO_DUMP],
  },
  {
    name: 'up',
    arguments: [],
    summary: 'up.summary',
    examples: ['naru up', 'naru up --port 8081', 'naru up --runtime process'],
    options: [
      { flags: '--runtime <runtime>', description: 'up.option.runtime', choices: ['containerd', 'process'] },
      { flags: '--port <number>', description: 'up.option.port' },
      { flags: '--https-port <number>', description: 'up.option.httpsPort' },
      { flags: '--api-port <number>', description: 'up.option.apiPort' },
    ],
  },
  {
    name: 'down',
    arguments: [],
    summary: 'down.summary',
    examples: ['naru down', 'naru down --timeout 2m', 'naru down --purge'],
    options: [
      { flags: '--timeout <duration>', description: 'down.option.timeout' },
      { flags: '--now', description: 'down.option.now' },
      { flags: '--purge', description: 'down.option.purge' },
    ],
  },
  {
    name: 'status',
    arguments: [],
    summary: 'status.summary',
    examples: ['naru status', 'naru status --json'],
    options: [],
  },
  {
    name: 'why',
    arguments: ['<pod>'],
    summary: 'why.summary',
    examples: ['naru why hello-7d9f-x2x4k', 'naru why web-0 --namespace shop --json'],
    options: [],
  },
  {
    name: 'backup',
    arguments: ['[file]'],
    summary: 'backup.summary',
    examples: ['naru backup', 'naru backup /mnt/backups/naru.backup'],
    options: [],
  },
  {
    name: 'restore',
    arguments: ['<file>'],
    summary: 'restore.summary',
    examples: ['naru restore naru.backup', 'naru restore naru.backup --yes'],
    options: [{ flags: '-y, --yes', description: 'restore.option.yes' }],
  },
  {
    name: 'trust',
    arguments: [],
    summary: 'trust.summary',
    examples: ['naru trust', 'naru trust --remove'],
    options: [{ flags: '--remove', description: 'trust.option.remove' }],
  },
  {
    name: 'doctor',
    arguments: [],
    summary: 'doctor.summary',
    examples: ['naru doctor', 'naru doctor --fix'],
    options: [{ flags: '--fix', description: 'doctor.option.fix' }],
  },
  {
    name: 'kubeconfig',
    arguments: [],
    summary: 'kubeconfig.summary',
    examples: ['naru kubeconfig > naru.kubeconfig'],
    options: [],
  },
  {
    name: 'completion',
    arguments: ['<shell>'],
    summary: 'completion.summary',
    examples: ['source <(naru completion bash)', 'naru completion zsh > "${fpath[1]}/_naru"'],
    options: [],
  },
  {
    name: 'version',
    arguments: [],
    summary: 'version.summary',
    examples: ['naru version'],
    options: [],
  },
]
