import { describe, expect, it } from 'vitest'
import { toLabel } from './deploy/input.ts'
import { parseLogLine } from './logs/read.ts'
import { editDistance, nearest } from './nearest.ts'
import { parseDuration } from './option-values.ts'
import { displayWidth, formatAge, formatBytes, formatDuration, formatTable, harmless, truncate } from './output/text.ts'

it.each([
  [40, '0.0 s'],
  [9940, '9.9 s'],
  [9960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%d ms lasts %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

it.each([
  [512, '512 B'],
  [1536, '1.5 KiB'],
  [23 * 2 ** 20, '23 MiB'],
  [10 * 2 ** 30, '10 GiB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

it.each([
  [5_000, '5s'],
  [300_000, '5m'],
  [4 * 3_600_000, '4h'],
  [72 * 3_600_000, '3d'],
])('an age of %d ms is %s', (ms, text) => expect(formatAge(ms)).toBe(text))

describe('text on a terminal', () => {
  it('counts Hangul as two columns and styles as none', () => {
    expect(displayWidth('나루 up')).toBe(7)
    expect(displayWidth('\u001B[31mred\u001B[0m')).toBe(3)
  })
  it('is cut within the columns, never through a character', () => {
    expect(truncate('나루터에서', 5)).toBe('나루…')
    expect(truncate('short', 5)).toBe('short')
  })
  it('lines up in tables in any script', () => {
    expect(
      formatTable([
        ['앱', 'URL'],
        ['hello', 'x'],
      ]),
    ).toBe('앱     URL\nhello  x')
  })
  it('cannot be driven by what an app printed', () => {
    expect(harmless('\u001B]0;title\u0007a\u001B[31mb\r\n')).toBe(']0;titleab\n')
    expect(harmless('a\n\tb')).toBe('a\n\tb')
  })
})

it.each([
  ['statsu', 'status'],
  ['deply', 'deploy'],
  ['lgos', 'logs'],
  ['xyz', undefined],
  ['', undefined],
])('%j probably means %j', (word, meant) =>
  expect(nearest(word, ['up', 'status', 'deploy', 'logs', 'down'])).toBe(meant),
)

it('counts a swap of neighbours as one change', () => expect(editDistance('statsu', 'status')).toBe(1))

it.each([
  ['90', 90_000],
  ['30s', 30_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['1.5s', 1500],
])('the duration %s is %d ms', (text, ms) => expect(parseDuration('--timeout', text)).toBe(ms))

it.each(['', '0', '-5s', '5 s', 's', '1d', '999h', 'soon'])('%j is no duration', (text) =>
  expect(() => parseDuration('--timeout', text)).toThrow('badOptionValue'),
)

it.each([
  ['My Shop', 'my-shop'],
  ['@scope/api', 'scope-api'],
  ['2048', undefined],
  ['9-lives', 'lives'],
  ['café', 'cafe'],
  ['나루', undefined],
  ['a'.repeat(80), 'a'.repeat(32)],
  ['---', undefined],
])('%j becomes the name %j', (text, label) => expect(toLabel(text)).toBe(label))

it.each([
  ['2026-01-01T00:00:00.5Z hello  world', { time: '2026-01-01T00:00:00.5Z', text: 'hello  world' }],
  ['2026-01-01T00:00:00.5Z', { time: '2026-01-01T00:00:00.5Z', text: '' }],
  ['no time', { time: '', text: 'no time' }],
])('reads the log line %j', (line, parts) => expect(parseLogLine(line)).toEqual(parts))
