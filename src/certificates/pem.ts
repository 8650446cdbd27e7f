/** The blocks of a PEM text (RFC 7468). */

export interface PemBlock {
  /** `CERTIFICATE`, `CERTIFICATE REQUEST`, … */
  label: string
  der: Buffer
  /** Lines such as `Proc-Type: 4,ENCRYPTED` before the content. */
  hasHeaders: boolean
}

const BEGIN = /^-----BEGIN ([A-Z0-9 ]+)-----\s*$/

/** Text between blocks, and blocks without an end, are passed over. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = []
  let open: { label: string; lines: string[] } | undefined
  for (const line of text.split('\n')) {
    const label = BEGIN.exec(line)?.[1]
    if (label !== undefined) open = { label, lines: [] }
    else if (open !== undefined && line.trimEnd() === `-----END ${open.label}-----`) {
      const content = open.lines.filter((one) => !one.includes(':'))
      blocks.push({
        label: open.label,
        der: Buffer.from(content.join(''), 'base64'),
        hasHeaders: content.length < open.lines.length,
      })
      open = undefined
    } else open?.lines.push(line.trim())
  }
  return blocks
}

export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
