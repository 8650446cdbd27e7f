import { describe, expect, it } from 'vitest'
import type { ContainerRuntime, SandboxConfig } from '../runtime/runtime.ts'
import { noteStarts } from './starts-under-way.ts'
import { type Belongings, Sweeper } from './sweeper.ts'

/** Things by name, and who says to know some of them. */
function openThings(...names: string[]) {
  const there = new Set(names)
  const known = new Set<string>()
  const belongings: Belongings = {
    list: async () => [...there],
    known: async () => new Set(known),
    release: async (name) => {
      if (name === 'stuck') throw new Error('stuck is stuck')
      there.delete(name)
    },
  }
  return { there, known, belongings }
}

/** A runtime whose starts end when they are told to. */
function openStarts() {
  const ends: { resolve: (id: string) => void; reject: (error: Error) => void }[] = []
  const noted = noteStarts({
    runSandbox: () => new Promise<string>((resolve, reject) => void ends.push({ resolve, reject })),
  } as Partial<ContainerRuntime> as ContainerRuntime)
  return { ...noted, ends, start: () => noted.runtime.runSandbox({} as SandboxConfig) }
}

describe('what is nobody’s', () => {
  it('goes with the second look, and what is somebody’s stays', async () => {
    const { there, known, belongings } = openThings('left', 'of-a-pod')
    known.add('of-a-pod')
    const sweeper = new Sweeper(belongings, openStarts().starts)
    expect(await sweeper.look()).toEqual([])
    expect(await sweeper.look()).toEqual(['left'])
    expect([...there]).toEqual(['of-a-pod'])
    expect(await sweeper.look()).toEqual([])
  })

  it('stays while a sandbox is being made that it may be of', async () => {
    const { there, known, belongings } = openThings('early')
    const { starts, start, ends } = openStarts()
    const sweeper = new Sweeper(belongings, starts)
    const started = start()
    there.add('new')
    for (let look = 0; look < 3; look += 1) expect(await sweeper.look()).toEqual([])
    known.add('new')
    ends[0]?.resolve('new')
    await started
    expect(await sweeper.look()).toEqual(['early'])
    expect([...there]).toEqual(['new'])
  })

  it('does not wait for starts that began after it was seen', async () => {
    const { belongings } = openThings('left')
    const { starts, start } = openStarts()
    const sweeper = new Sweeper(belongings, starts)
    await sweeper.look()
    void start()
    expect(await sweeper.look()).toEqual(['left'])
  })

  it('goes when the start that it was made for fails', async () => {
    const { there, belongings } = openThings()
    const { starts, start, ends } = openStarts()
    const sweeper = new Sweeper(belongings, starts)
    const started = start()
    there.add('half-made')
    await sweeper.look()
    ends[0]?.reject(new Error('containerd died'))
    await expect(started).rejects.toThrow('containerd died')
    expect(await sweeper.look()).toEqual(['half-made'])
  })

  it('is not lost sight of when a thing cannot be released, or the runtime does not answer', async () => {
    const { there, belongings } = openThings('stuck', 'left')
    const sweeper = new Sweeper(belongings, openStarts().starts)
    await sweeper.look()
    await expect(sweeper.look()).rejects.toThrow('not everything')
    expect([...there]).toEqual(['stuck'])
    const deaf = new Sweeper(
      { ...belongings, known: () => Promise.reject(new Error('no answer')) },
      openStarts().starts,
    )
    await expect(deaf.look()).rejects.toThrow('no answer')
    await expect(deaf.look()).rejects.toThrow('no answer')
    expect([...there]).toEqual(['stuck'])
  })
})
