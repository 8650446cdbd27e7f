/** What apps need beside themselves: databases, caches, brokers, volumes. */
import { type CommandArea, NO_DUMP, ROUTE_OPTIONS, TIMEOUT } from './command-spec.ts'

export const RESOURCES_COMMANDS = {
  add: {
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
      ...ROUTE_OPTIONS.map((option) => ({ ...option, heading: 'add.heading.route' as const })),
    ],
  },
  resources: {
    arguments: [],
    summary: 'resources.summary',
    examples: ['naru resources', 'naru resources --json'],
    options: [],
  },
  remove: {
    arguments: ['<resource>'],
    summary: 'remove.summary',
    examples: ['naru remove orders', 'naru remove orders --yes'],
    options: [{ flags: '-y, --yes', description: 'delete.option.yes' }, NO_DUMP, TIMEOUT],
  },
  db: {
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
} as const satisfies CommandArea
