/** The rules of layers.json over a set of files: who may import whom, through which door, with which packages. */
import { dirname, join, normalize } from 'node:path'

export interface ModuleRule {
  layer: number
  /** Modules it may import; `*` means every module of a lower layer. */
  imports?: string[] | '*'
  /** npm packages its code (tests apart) may use. */
  packages: string[]
  /** Files other modules may import. Default: `index.ts`. */
  entries?: string[]
}

export interface SourceFile {
  /** Repository-relative path, `src/<module>/…`. */
  path: string
  imports: string[]
}

const isTest = (path: string) => path.endsWith('.test.ts') || path.endsWith('/contract.ts')
const moduleOf = (path: string) => path.split('/')[1] ?? ''
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** One sentence per broken rule, in file order; empty when all is well. */
export function checkLayers(modules: Record<string, ModuleRule>, files: SourceFile[]): string[] {
  const problems: string[] = []
  const used = new Map(Object.keys(modules).map((name) => [name, new Set<string>()]))
  for (const file of files) {
    const name = moduleOf(file.path)
    const rule = modules[name]
    if (rule === undefined) {
      problems.push(`${file.path}: module "${name}" is not in layers.json`)
      continue
    }
    for (const specifier of file.imports) {
      if (specifier.startsWith('node:')) continue
      if (!specifier.startsWith('.')) {
        if (isTest(file.path)) continue
        const needed = packageOf(specifier)
        used.get(name)?.add(needed)
        if (!rule.packages.includes(needed)) problems.push(`${file.path}: ${name} may not use the package ${needed}`)
        continue
      }
      const target = normalize(join(dirname(file.path), specifier))
      if (!target.startsWith('src/')) {
        if (!isTest(file.path) && target !== 'package.json')
          problems.push(`${file.path}: imports ${target}, which is outside src`)
        continue
      }
      const other = moduleOf(target)
      if (other === name) continue
      if (isTest(file.path)) continue
      used.get(name)?.add(other)
      const otherRule = modules[other]
      const allowed =
        rule.imports === '*' ? (otherRule?.layer ?? 99) < rule.layer : (rule.imports ?? []).includes(other)
      if (!allowed) problems.push(`${file.path}: ${name} may not import ${other}`)
      if (!(otherRule?.entries ?? ['index.ts']).some((entry) => target === `src/${other}/${entry}`))
        problems.push(`${file.path}: reaches past src/${other}/index.ts to ${target}`)
    }
  }
  for (const [name, rule] of Object.entries(modules)) {
    const listed = [...(rule.imports === '*' ? [] : (rule.imports ?? [])), ...rule.packages]
    for (const entry of listed) {
      if (!used.get(name)?.has(entry)) problems.push(`layers.json: ${name} may use ${entry} but does not`)
      const other = modules[entry]
      if (other !== undefined && other.layer > rule.layer)
        problems.push(`layers.json: ${name} may not be allowed ${entry}, which is above it`)
    }
  }
  return problems
}

/** Import cycles between files (types included), each once, as `a → b → a`. */
export function findCycles(files: SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => normalize(join(dirname(file.path), specifier))),
    ]),
  )
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (path: string, trail: string[]): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    state.set(path, 'open')
    for (const next of edges.get(path) ?? []) if (edges.has(next)) visit(next, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of edges.keys()) visit(path, [])
  return cycles
}
