/** Whether a folder is a Python app, what it needs, and how it starts: the web frameworks people use, then a plain file. */
import { findSiteFolder } from '../../detect/site-folder.ts'
import type { Source } from '../../source/read-source.ts'
import type { Recognised } from '../language.ts'
import { readRequirements } from './requirements.ts'

export interface PythonPlan {
  /** What pip reads; undefined when there is nothing to install. */
  requirements: { file: 'requirements.txt' | 'pyproject.toml'; lines: readonly string[] } | undefined
  /** Servers that the app's framework needs and its requirements do not name. */
  added: readonly string[]
}

/** Modules that hold an app, in order. */
const MODULES = [
  'main.py',
  'app.py',
  'asgi.py',
  'wsgi.py',
  'server.py',
  'app/main.py',
  'app/__init__.py',
  'src/main.py',
]
const PLAIN_FILES = ['app.py', 'main.py', 'server.py', 'run.py']

interface Framework {
  packages: readonly string[]
  server: 'uvicorn' | 'gunicorn'
  constructor: RegExp
}

const FRAMEWORKS: readonly Framework[] = [
  {
    packages: ['fastapi', 'starlette', 'litestar', 'quart'],
    server: 'uvicorn',
    constructor: /^(\w+)\s*(?::\s*[\w.]+\s*)?=\s*(?:\w+\.)?(?:FastAPI|Starlette|Litestar|Quart)\(/m,
  },
  {
    packages: ['flask', 'bottle', 'falcon', 'pyramid'],
    server: 'gunicorn',
    constructor: /^(\w+)\s*(?::\s*[\w.]+\s*)?=\s*(?:\w+\.)?(?:Flask|Bottle|App|make_wsgi_app|create_app)\(/m,
  },
]

const COMMANDS = {
  uvicorn: (app: string) => `uvicorn ${app} --host 0.0.0.0 --port $PORT`,
  gunicorn: (app: string) => `gunicorn ${app} --bind 0.0.0.0:$PORT`,
}

export async function recognisePython(source: Source): Promise<Recognised<PythonPlan> | undefined> {
  const requirements = await readRequirements(source)
  const plain = PLAIN_FILES.find((file) => source.has(file))
  // A site with a program beside it that made it is a site.
  if (requirements === undefined && (plain === undefined || findSiteFolder(source) !== undefined)) return undefined
  const names = requirements?.names ?? []
  const app = await findApp(source, names)
  const added = app === undefined || bringsServer(names, app.server) ? [] : [app.server]
  const start =
    app !== undefined
      ? { command: ['/bin/sh', '-c', `exec ${COMMANDS[app.server](app.name)}`], from: app.name }
      : plain === undefined
        ? undefined
        : { command: ['python3', plain], from: plain }
  const hasLines = requirements !== undefined && requirements.lines.some((line) => line !== '')
  return {
    plan: { requirements: hasLines ? { file: requirements.file, lines: requirements.lines } : undefined, added },
    start,
    what: hasLines || added.length > 0 ? 'Python app, pip' : 'Python app',
    hint: 'Add a Procfile with the line that starts it, as "web: uvicorn main:app --host 0.0.0.0 --port $PORT" or "web: python3 server.py".',
  }
}

async function findApp(
  source: Source,
  names: readonly string[],
): Promise<{ name: string; server: Framework['server'] } | undefined> {
  const bare = names.map((name) => name.replace(/\[.*$/, ''))
  if (bare.includes('django')) {
    const file = source.files.map(({ path }) => path).find((path) => /^[^/]+\/wsgi\.py$/.test(path))
    if (file !== undefined) return { name: `${moduleOf(file)}:application`, server: 'gunicorn' }
  }
  for (const { packages, server, constructor } of FRAMEWORKS) {
    if (!packages.some((name) => bare.includes(name))) continue
    for (const file of MODULES) {
      const variable = constructor.exec((await source.readText(file)) ?? '')?.[1]
      if (variable !== undefined) return { name: `${moduleOf(file)}:${variable}`, server }
    }
  }
  return undefined
}

function bringsServer(names: readonly string[], server: string): boolean {
  return names.some(
    (name) =>
      name.replace(/\[.*$/, '') === server || (server === 'uvicorn' && /^fastapi\[.*(?:standard|all)/.test(name)),
  )
}

/** `app.main` of `app/main.py`. */
function moduleOf(file: string): string {
  return file
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.')
}
