/** `naru init`: a project to begin with, from a template of ours, a folder, or a git repository. */
import { relative, resolve } from 'node:path'
import type { CommandContext, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { isGitUrl, withoutPassword } from '../init/clone.ts'
import { formatBytes } from '../output/text.ts'
import { layDown, type TemplateSource } from '../init/lay-down.ts'
import { templateFolder, templateNames } from '../init/templates.ts'

export const init: CommandRun = async (context, { arguments: [folder], options }) => {
  const { t, console, cwd, signal, clock } = context
  const names = await templateNames()
  if (folder === undefined && options.template === undefined) {
    console.line(names.join('\n'))
    console.document({ templates: names })
    return 0
  }
  if (folder === undefined)
    throw CliError.of('missingArgument', { argument: 'folder', command: 'init', usage: 'naru init <folder>' })
  if (typeof options.template !== 'string') throw CliError.of('templateMissing', { known: names.join(', '), folder })
  const target = resolve(cwd, folder)
  const source = await sourceOf(context, options.template)
  const template = withoutPassword(options.template)
  const left = await console.progress.run(t('step.init', { template }), (step) =>
    layDown(target, source, { signal, clock, onBytes: growing((bytes) => step.update(formatBytes(bytes))) }),
  )
  const shown = relative(cwd, target) || '.'
  if (left.length > 0) console.note(t('init.submodules', { paths: left.join(', ') }))
  console.line(shown === '.' ? t('init.doneHere') : t('init.done', { folder: shown }))
  console.document({ folder: target, template, ...(left.length > 0 && { submodules: left }) })
  return 0
}

/** A name of ours has no separator; a folder or a URL has. Throws CliError `templateUnknown`. */
async function sourceOf({ cwd }: CommandContext, template: string): Promise<TemplateSource> {
  if (isGitUrl(template)) return { kind: 'git', url: template }
  if (template.includes('/') || template.startsWith('.')) return { kind: 'folder', path: resolve(cwd, template) }
  return { kind: 'template', path: await templateFolder(template) }
}

/** A small repository is there before anybody could read how far it is. */
const SHOW_EVERY_BYTES = 4 * 1024 * 1024

function growing(show: (bytes: number) => void): (bytes: number) => void {
  let shown = 0
  return (bytes) => {
    if (bytes - shown < SHOW_EVERY_BYTES) return
    shown = bytes
    show(bytes)
  }
}
