/** Colours by meaning. None in a pipe, with NO_COLOR, or on a dumb terminal. */
import picocolors from 'picocolors'

type Paint = (text: string) => string

export interface Style {
  good: Paint
  warn: Paint
  bad: Paint
  accent: Paint
  dim: Paint
  /** Without a meaning, to tell things apart. */
  series: readonly [Paint, ...Paint[]]
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
    series: [colours.cyan, colours.magenta, colours.blue, colours.yellow, colours.magentaBright, colours.blueBright],
  }
}
