/** Colours by meaning. None in a pipe, with NO_COLOR, or on a dumb terminal. */
import picocolors from 'picocolors'

export interface Style {
  good(text: string): string
  warn(text: string): string
  bad(text: string): string
  accent(text: string): string
  dim(text: string): string
  bold(text: string): string
}

export function openStyle(options: { terminal: boolean; env: NodeJS.ProcessEnv }): Style {
  const coloured = options.terminal && !options.env.NO_COLOR && options.env.TERM !== 'dumb'
  const colours = picocolors.createColors(coloured)
  return {
    good: colours.green,
    warn: colours.yellow,
    bad: colours.red,
    accent: colours.cyan,
    dim: colours.dim,
    bold: colours.bold,
  }
}
