/** How people say what is copied: `:/data/report.csv` in a pod of `web`, `worker:/tmp`, or a path here. Pure. */
import { WEB_PROCESS } from '../../api/index.ts'
import { CliError } from '../errors.ts'

export type Place = { kind: 'here'; path: string } | { kind: 'pod'; process: string; path: string }

/** A name with a colon in it is one of here when a slash is before that: `./a:b`. */
export function parsePlace(word: string): Place {
  const [, process, path] = /^([a-z0-9-]*):(.*)$/s.exec(word) ?? []
  if (process === undefined || path === undefined) return { kind: 'here', path: word }
  return { kind: 'pod', process: process === '' ? WEB_PROCESS : process, path: path === '' ? '.' : path }
}

export interface Copy {
  direction: 'up' | 'down'
  process: string
  /** Of the pod. */
  remote: string
  local: string
}

/** Throws CliError `badOptionValue`. */
export function parseCopy(from: string, to: string): Copy {
  const [source, target] = [parsePlace(from), parsePlace(to)]
  if (source.kind === 'here' && target.kind === 'pod')
    return { direction: 'up', process: target.process, remote: target.path, local: source.path }
  if (source.kind === 'pod' && target.kind === 'here')
    return { direction: 'down', process: source.process, remote: source.path, local: target.path }
  throw CliError.of('badOptionValue', {
    option: 'cp',
    value: `${from} ${to}`,
    expected: ':/data/it ./it, ./it worker:/tmp',
  })
}

/** A path of the pod as the folder it is in and its name there; without a name when it is a folder for certain. */
export function splitRemote(path: string): { folder: string; name: string | undefined } {
  const [, before = '', name = ''] = /^(.*\/)?([^/]*)$/s.exec(path.replace(/(?<=[^/])\/+$/, '')) ?? []
  if (name === '' || name === '.' || name === '..') return { folder: path, name: undefined }
  return { folder: before === '' ? '.' : before, name }
}
