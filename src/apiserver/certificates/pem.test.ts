import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pemBlocks, toPem } from '../../certificates/index.ts'
import { readSigningRequest } from './signing-request.ts'

describe('PEM', () => {
  it('comes back as it was written, whatever stands around it', () => {
    const blocks = fc.array(fc.tuple(fc.constantFrom('CERTIFICATE', 'X509 CRL'), fc.uint8Array({ minLength: 1 })))
    const around = fc.string().filter((text) => !text.includes('-----'))
    fc.assert(
      fc.property(blocks, around, (list, text) => {
        const pem = list.map(([label, der]) => `${text}\n${toPem(label, der)}`).join('')
        expect(pemBlocks(pem).map(({ label, der }) => [label, new Uint8Array(der)])).toEqual(list)
      }),
    )
  })

  it('without an end is no block, and headers are noticed', () => {
    expect(pemBlocks('-----BEGIN CERTIFICATE-----\nAAAA\n')).toEqual([])
    expect(pemBlocks('-----BEGIN KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END KEY-----')).toMatchObject([
      { label: 'KEY', hasHeaders: true },
    ])
  })
})

describe('a signing request', () => {
  it('that is none is refused and does no harm', async () => {
    const anything = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 200 }).map((der) => toPem('CERTIFICATE REQUEST', der)),
    )
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        await expect(readSigningRequest(text)).rejects.toThrow(/./)
      }),
    )
  })
})
