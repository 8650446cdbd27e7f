/** What an app is told, and where it answers. */
import { type CommandArea, ROUTE_OPTIONS, TIMEOUT } from './command-spec.ts'

export const CONFIGURATION_COMMANDS = {
  route: {
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
    options: [{ flags: '-a, --app <name>', description: 'option.app' }, ...ROUTE_OPTIONS],
  },
  maintenance: {
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
  env: {
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
} as const satisfies CommandArea
