/** Addresses of pods on the loopback interface. */
import { createHash } from 'node:crypto'
import { RuntimeError } from '../errors.ts'

/** 127.64.0.0 … 127.127.255.0, in blocks of 256 addresses. */
const BLOCKS = 64 * 256
const FIRST_BLOCK = (127 << 16) | (64 << 8)

/** The first address that is not in `used`. Engines of several users share the machine, so each begins, by the name of
 *  its state directory, in another block. The first two and the last address of a block are left out. */
export function allocateLoopback(used: ReadonlySet<string>, stateDir: string): string {
  const start = createHash('sha256').update(stateDir).digest().readUInt32BE() % BLOCKS
  for (let offset = 0; offset < BLOCKS; offset += 1) {
    const block = FIRST_BLOCK + ((start + offset) % BLOCKS)
    for (let host = 2; host < 255; host += 1) {
      const ip = `${block >>> 16}.${(block >>> 8) & 255}.${block & 255}.${host}`
      if (!used.has(ip)) return ip
    }
  }
  throw new RuntimeError('Failed', 'no loopback address is free')
}
