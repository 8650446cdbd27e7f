/** What makes an app and changes what it runs. */
import { type CommandArea, TIMEOUT } from './command-spec.ts'

export const RELEASES_COMMANDS = {
  init: {
    arguments: ['[folder]'],
    summary: 'init.summary',
    examples: [
      'naru init',
      'naru init shop --template node-web',
      'naru init shop --template https://example.com/shop.git',
    ],
    options: [{ flags: '-t, --template <template>', description: 'init.option.template' }],
  },
  deploy: {
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
  render: {
    arguments: ['[folder]'],
    summary: 'render.summary',
    examples: ['naru render', 'naru render ./shop --objects', 'naru render --json'],
    options: [
      { flags: '--name <name>', description: 'deploy.option.name' },
      { flags: '--objects', description: 'render.option.objects' },
    ],
  },
  releases: {
    arguments: ['[app]'],
    summary: 'releases.summary',
    examples: ['naru releases', 'naru releases shop --json'],
    options: [],
  },
  rollback: {
    arguments: ['[app]', '[release]'],
    summary: 'rollback.summary',
    examples: ['naru rollback', 'naru rollback v11', 'naru rollback shop v11'],
    options: [TIMEOUT],
  },
  traffic: {
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
} as const satisfies CommandArea
