import { describe, expect, it } from 'vitest'
import { importsOf } from './imports.ts'
import { checkLayers, findCycles, type ModuleRule } from './rules.ts'

const modules: Record<string, ModuleRule> = {
  lib: { layer: 0, packages: [] },
  api: { layer: 1, imports: ['lib'], packages: ['yaml'] },
  kubelet: { layer: 4, imports: ['lib'], packages: [] },
  gateway: { layer: 4, imports: ['lib'], packages: [] },
  cli: { layer: 5, imports: '*', packages: [] },
}
const legal = [
  { path: 'src/api/a.ts', imports: ['../lib/index.ts', 'yaml'] },
  { path: 'src/kubelet/a.ts', imports: ['../lib/index.ts'] },
  { path: 'src/gateway/a.ts', imports: ['../lib/index.ts'] },
  { path: 'src/cli/a.ts', imports: ['../gateway/index.ts'] },
]

describe('layers', () => {
  it('accepts imports that go down through the front door', () => expect(checkLayers(modules, legal)).toEqual([]))

  it.each([
    ['an upward import', 'src/api/b.ts', '../cli/index.ts', /api may not import cli/],
    ['a sibling import in layer 4', 'src/kubelet/b.ts', '../gateway/index.ts', /kubelet may not import gateway/],
    ['a deep import', 'src/cli/b.ts', '../gateway/proxy.ts', /reaches past src\/gateway\/index.ts/],
    [
      'a package that is not allowed',
      'src/kubelet/b.ts',
      '@grpc/grpc-js/build',
      /may not use the package @grpc\/grpc-js/,
    ],
    ['a module nobody declared', 'src/nowhere/b.ts', '../lib/index.ts', /not in layers.json/],
    ['a way out of src', 'src/cli/b.ts', '../../tools/check.ts', /outside src/],
  ])('refuses %s', (_, path, specifier, problem) => {
    const problems = checkLayers(modules, [...legal, { path, imports: [specifier] }])
    expect(problems.join('\n')).toMatch(problem)
  })

  it('refuses an allowance nobody uses', () => {
    expect(checkLayers(modules, legal.slice(1)).join('\n')).toMatch(/api may use yaml but does not/)
  })

  it('finds cycles between files', () => {
    const files = [
      { path: 'src/api/a.ts', imports: ['./b.ts'] },
      { path: 'src/api/b.ts', imports: ['./a.ts'] },
    ]
    expect(findCycles(files)).toEqual(['src/api/a.ts → src/api/b.ts → src/api/a.ts'])
  })

  it('reads static, side-effect, dynamic, type and re-export imports but not comments', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type {\n  B,\n} from './b.ts'",
      "import 'reflect-metadata'",
      "const c = await import('./c.ts')",
      "export * from './d.ts'",
      "// import x from './no.ts'",
      "/* import y from './no.ts' */",
    ].join('\n')
    expect(importsOf(text)).toEqual(['./a.ts', './b.ts', 'reflect-metadata', './c.ts', './d.ts'])
  })
})
