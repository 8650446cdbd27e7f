/** The order of an API group's versions, the preferred one first: general availability before beta before alpha, newer
 *  before older, anything else last and by name. Source: "Version priority" of CustomResourceDefinitions, v1.34. */
const VERSION = /^v([1-9]\d{0,8})(?:(alpha|beta)([1-9]\d{0,8}))?$/
const STAGES = ['alpha', 'beta', undefined]

export function compareVersions(a: string, b: string): number {
  const left = VERSION.exec(a)
  const right = VERSION.exec(b)
  if (left === null || right === null)
    return Number(left === null) - Number(right === null) || (a < b ? -1 : Number(a > b))
  const stage = STAGES.indexOf(right[2]) - STAGES.indexOf(left[2])
  return stage || Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0)
}
