/** Decides what a source folder is: an ordered table of rules, the first that recognises it wins. */
import { BuildError } from '../errors.ts'
import type { Source } from '../source/read-source.ts'
import { nodeRange } from './node-range.ts'
import { type PackageJson, readPackageJson } from './package-json.ts'
import { detectPackageManager } from './package-manager.ts'
import { recogniseLanguage } from '../languages/recognise.ts'
import type { BuildPlan } from './plan.ts'
import { type Procfile, readProcfile } from './procfile.ts'
import { findSiteFolder, SITE_FOLDERS } from './site-folder.ts'
import { NODE_PATH, toArguments } from './start-command.ts'

interface Facts {
  source: Source
  manifest: PackageJson | undefined
  procfile: Procfile | undefined
}

interface Rule {
  name: string
  /** The plan without what package.json alone decides; undefined when the rule does not apply. */
  recognise(facts: Facts): Recognised | undefined
}

type Recognised = Pick<BuildPlan, 'start' | 'siteFolder'> & { kind: 'node' | 'static'; what: string }

/** Files that are a server when nothing says otherwise, in order. */
const SERVER_FILES = [
  'server.js',
  'server.mjs',
  'server.cjs',
  'server.ts',
  'index.js',
  'index.mjs',
  'index.cjs',
  'index.ts',
  'app.js',
]

/** `scripts.start` of these is a development server: with a build script the folder is a static site. */
const DEVELOPMENT_SERVER =
  /^(?:npx )?(?:react-scripts start|vite(?: dev| serve)?|webpack(?:-dev-server| serve)|parcel(?: serve)?|ng serve|vue-cli-service serve|astro dev|eleventy --serve)\b/

const RULES: readonly Rule[] = [
  {
    name: 'Procfile',
    recognise({ source, manifest, procfile }) {
      const lines = [...(procfile?.processes.values() ?? [])]
      // What the image does by itself.
      const line = procfile?.processes.get('web') ?? lines[0]
      if (line === undefined) return undefined
      const isNode =
        manifest !== undefined ||
        lines.some((each) => /\bnode\b/.test(each)) ||
        SERVER_FILES.some((file) => source.has(file))
      const start = { command: toArguments(line, manifest), from: 'Procfile' }
      return { kind: isNode ? 'node' : 'static', start, siteFolder: isNode ? undefined : '.', what: 'Procfile app' }
    },
  },
  {
    name: 'static site with a build step and a development server',
    recognise: ({ manifest }) =>
      manifest?.scripts.build !== undefined && DEVELOPMENT_SERVER.test(manifest.scripts.start ?? '')
        ? builtSite()
        : undefined,
  },
  {
    name: 'Node.js app',
    recognise(facts) {
      const start = nodeStart(facts)
      return start === undefined ? undefined : { kind: 'node', start, siteFolder: undefined, what: 'Node.js app' }
    },
  },
  {
    name: 'static site with a build step',
    recognise: ({ manifest }) => (manifest?.scripts.build === undefined ? undefined : builtSite()),
  },
  {
    name: 'static site',
    recognise({ source }) {
      const siteFolder = findSiteFolder(source)
      return siteFolder === undefined
        ? undefined
        : { kind: 'static', start: undefined, siteFolder, what: 'static site' }
    },
  },
]

/** Throws BuildError: UnknownKind, StartCommandMissing, and what package.json, Procfile and lockfiles can be wrong in. */
export async function detect(source: Source): Promise<BuildPlan> {
  const manifest = await readPackageJson(source)
  const facts: Facts = { source, manifest, procfile: await readProcfile(source) }
  const other = await otherLanguage(facts)
  if (other !== undefined) return other
  for (const rule of RULES) {
    const recognised = rule.recognise(facts)
    if (recognised !== undefined) return complete(facts, recognised)
  }
  throw manifest === undefined ? unknownKind(source) : startCommandMissing(manifest)
}

/** A folder of another language. One that has a Node.js app in it as well, by its own start script, is that. */
async function otherLanguage({ source, manifest, procfile }: Facts): Promise<BuildPlan | undefined> {
  if (manifest?.scripts.start !== undefined) return undefined
  const lines = [...(procfile?.processes.values() ?? [])]
  if (lines.some((line) => /\b(?:node|npm|npx|pnpm|yarn)\b/.test(line))) return undefined
  const found = await recogniseLanguage(source)
  if (found === undefined) return undefined
  const { language, recognised } = found
  const line = procfile?.processes.get('web') ?? lines[0]
  const start = line === undefined ? recognised.start : { command: toArguments(line, undefined), from: 'Procfile' }
  if (start === undefined)
    throw new BuildError(
      'StartCommandMissing',
      `${source.root} does not say how to start the app (${recognised.what}).`,
      {
        hint: recognised.hint,
      },
    )
  return {
    kind: language.name,
    runtime: language.name,
    language,
    node: undefined,
    packageManager: undefined,
    hasRuntimeDependencies: false,
    buildScript: undefined,
    siteFolder: undefined,
    start,
    ...procfileProcesses(procfile, undefined),
    summary: `${recognised.what}, started by ${start.from}`,
  }
}

/** What a Procfile says is to run. */
function procfileProcesses(
  procfile: Procfile | undefined,
  manifest: PackageJson | undefined,
): Pick<BuildPlan, 'processes' | 'releaseCommand'> {
  return {
    processes:
      procfile === undefined || procfile.processes.size === 0
        ? undefined
        : [...procfile.processes].map(([name, line]) => ({ name, command: toArguments(line, manifest) })),
    releaseCommand: procfile?.release === undefined ? undefined : toArguments(procfile.release, manifest),
  }
}

async function complete({ source, manifest, procfile }: Facts, recognised: Recognised): Promise<BuildPlan> {
  const { what, ...rest } = recognised
  const isNode = recognised.kind === 'node'
  const buildScript = isNode || recognised.siteFolder === undefined ? manifest?.scripts.build : undefined
  const needsPackages = manifest !== undefined && (isNode || buildScript !== undefined)
  const packageManager = needsPackages ? await detectPackageManager(source, manifest) : undefined
  return {
    ...rest,
    language: undefined,
    runtime: isNode ? 'node' : 'caddy',
    node: isNode || buildScript !== undefined ? await nodeRange(source, manifest) : undefined,
    packageManager,
    hasRuntimeDependencies: isNode && packageManager !== undefined && hasRuntimeDependencies(manifest),
    buildScript,
    ...procfileProcesses(procfile, manifest),
    summary: [what, packageManager?.name, recognised.start && `started by ${recognised.start.from}`]
      .filter(Boolean)
      .join(', '),
  }
}

function hasRuntimeDependencies(manifest: PackageJson | undefined): boolean {
  if (manifest === undefined) return false
  return (
    manifest.hasWorkspaces || Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).length > 0
  )
}

function nodeStart({ source, manifest }: Facts): BuildPlan['start'] {
  if (manifest?.scripts.start !== undefined)
    return { command: toArguments('npm start', manifest), from: 'scripts.start' }
  // With a build script and no start script, index.js and the like are what the build starts from, not a server.
  const isBuilt = manifest?.scripts.build !== undefined
  const main = manifest?.main?.replace(/^\.\//, '')
  if (main !== undefined && source.has(main) && !(isBuilt && findSiteFolder(source) !== undefined))
    return { command: [NODE_PATH, main], from: `main (${main})` }
  const file = SERVER_FILES.find((name) => source.has(name) && (!isBuilt || name.startsWith('server.')))
  return file === undefined ? undefined : { command: [NODE_PATH, file], from: file }
}

function builtSite(): Recognised {
  return { kind: 'static', start: undefined, siteFolder: undefined, what: 'static site with a build step' }
}

function startCommandMissing(manifest: PackageJson): BuildError {
  return new BuildError(
    'StartCommandMissing',
    `package.json${manifest.name === undefined ? '' : ` (${manifest.name})`} does not say how to start the app.`,
    {
      hint: `Add "scripts": { "start": "node server.js" } to package.json, or a Procfile with the line "web: node server.js". A static site needs an index.html (at the top or in ${SITE_FOLDERS.join(', ')}) or a "build" script that makes one.`,
    },
  )
}

function unknownKind(source: Source): BuildError {
  const seen = [...new Set(source.files.map(({ path }) => (path.includes('/') ? `${path.split('/')[0]}/` : path)))]
  return new BuildError(
    'UnknownKind',
    `${source.root} is of no kind that Naru recognises (it has ${seen.slice(0, 6).join(', ')}${seen.length > 6 ? ', …' : ''}).`,
    {
      hint: 'Recognised are: a Node.js app (package.json with a start script, or server.js), a Python app (requirements.txt, pyproject.toml, or app.py), a Go program (go.mod), a Java app (pom.xml, or a war or jar file), a PHP app (composer.json, or index.php at the top or in public/), a static site (index.html at the top or in public/ or dist/, or package.json with a build script), and any folder with a Procfile ("web: <command>").',
    },
  )
}
