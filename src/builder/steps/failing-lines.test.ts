import { describe, expect, it } from 'vitest'
import { failingLines } from './failing-lines.ts'

describe('failingLines', () => {
  it.each<[string, string[], string]>([
    [
      'a syntax error',
      ['/app/server.js:12', 'const = 1', '      ^', '', "SyntaxError: Unexpected token '='", '    at node:internal/x'],
      "server.js:12: SyntaxError: Unexpected token '='",
    ],
    ['TypeScript', ['src/a.ts(3,5): error TS2322: no', 'Found 1 error.'], 'src/a.ts(3,5): error TS2322: no'],
    ['esbuild', ['✘ [ERROR] Unexpected ";"', '    index.ts:1:10:'], 'index.ts:1:10: ✘ [ERROR] Unexpected ";"'],
    ['a missing program', ['> build', 'sh: 1: vite: not found'], 'sh: 1: vite: not found'],
    ['a missing module', ["Error: Cannot find module 'x'"], "Error: Cannot find module 'x'"],
    ['npm', ['npm error code E404', 'npm error 404 Not Found - x'], 'npm error 404 Not Found - x'],
    [
      'javac under Maven',
      [
        '[INFO] Compiling 1 source file',
        '[ERROR] COMPILATION ERROR : ',
        "[ERROR] /app/src/main/java/x/Main.java:[3,26] ';' expected",
        '[ERROR] Failed to execute goal x: Compilation failure',
        '[ERROR] -> [Help 1]',
      ],
      "[ERROR] src/main/java/x/Main.java:[3,26] ';' expected",
    ],
  ])('puts the telling line of %s first', (_name, lines, first) => {
    expect(failingLines(lines)[0]).toBe(first)
  })

  it('shows the last lines alone when none is telling, and none of npm`s noise', () => {
    expect(
      failingLines(['one', 'two', 'npm error', 'npm error A complete log of this run can be found in: /x']),
    ).toEqual(['one', 'two'])
    expect(failingLines(Array.from({ length: 100 }, (_, index) => `line ${index}`))).toHaveLength(30)
  })
})
