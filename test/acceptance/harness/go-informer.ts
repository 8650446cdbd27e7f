/** tools/go/informer as a running program: its lines, read as they come. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Sighting } from './observed-writes.ts'

export interface GoInformer {
  synced(): boolean
  events(): Sighting[]
  /** How many objects the events so far leave. */
  present(): number
  /** Ends the program; gives what its store held. */
  stop(): Promise<Sighting[]>
}

export function openGoInformer(program: string, args: string[]): GoInformer {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const seen: Sighting[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => seen.push(JSON.parse(line) as Sighting))
  const events = () => seen.filter(({ type }) => ['add', 'update', 'delete'].includes(type))
  return {
    synced: () => seen.some(({ type }) => type === 'synced'),
    events,
    present: () => events().reduce((sum, { type }) => sum + (type === 'add' ? 1 : type === 'delete' ? -1 : 0), 0),
    async stop() {
      const closed = Promise.all([once(child, 'close'), once(lines, 'close')])
      child.stdin.end()
      await closed
      return seen.filter(({ type }) => type === 'store')
    },
  }
}
