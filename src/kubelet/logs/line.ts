/** One line of a container's log file as CRI has it: `<RFC 3339 time> <stdout|stderr> <P|F> <content>`; P: the line goes
 *  on in the next. Source: k8s.io/cri-api v0.34, runtime/v1/constants.go. */

export interface LogLine {
  time: string
  stream: 'stdout' | 'stderr'
  /** The line ends here. */
  full: boolean
  content: string
}

const LINE = /^(\S+) (stdout|stderr) ([PF])(?::\S*)? ?(.*)$/s

export function parseLogLine(text: string): LogLine | undefined {
  const match = LINE.exec(text)
  if (match === null) return undefined
  const [, time = '', stream, tag, content = ''] = match
  return { time, stream: stream as 'stdout', full: tag === 'F', content }
}

export function formatLogLine(line: LogLine): string {
  return `${line.time} ${line.stream} ${line.full ? 'F' : 'P'} ${line.content}\n`
}
