import { describe, expect, it } from 'vitest'
import { resources } from '../../api/index.ts'
import { decide, type OwnerState } from './decide.ts'
import { FOREGROUND, type GraphNode, OwnershipGraph } from './graph.ts'

const reference = (uid: string) => ({ apiVersion: 'v1', kind: 'Pod', name: uid, uid, blockOwnerDeletion: true })
const node = (uid: string, owners: string[] = [], extra: Partial<GraphNode> = {}): GraphNode => ({
  uid,
  resource: resources.pods,
  namespace: 'default',
  name: uid,
  owners: owners.map(reference),
  isDeleting: false,
  finalizers: [],
  ...extra,
})

describe('the ownership graph', () => {
  it('knows who names owners of a kind that it has not', () => {
    const graph = new OwnershipGraph()
    for (const one of [node('here'), node('a', ['here']), node('b', ['gone']), node('c')]) graph.put(one)
    expect(graph.missingOwnersOf({ group: '', kind: 'Pod' })).toEqual(['b'])
    expect(graph.missingOwnersOf({ group: 'apps', kind: 'Pod' })).toEqual([])
    expect(graph.missingOwnersOf({ group: '', kind: 'Node' })).toEqual([])
  })

  it('asks for the dependents of what has gone', () => {
    const graph = new OwnershipGraph()
    graph.put(node('owner'))
    expect(graph.put(node('child', ['owner']))).toEqual(['child'])
    expect(graph.remove('owner')).toEqual(['child'])
  })
  it('does not care for objects that nobody owns', () => {
    expect(new OwnershipGraph().put(node('alone'))).toEqual([])
  })
  it('knows dependents that came before their owner', () => {
    const graph = new OwnershipGraph()
    graph.put(node('child', ['owner']))
    graph.put(node('owner'))
    expect(graph.dependentsOf('owner').map(({ uid }) => uid)).toEqual(['child'])
  })
  it('asks for an owner that waits, when its last dependent goes or lets go of it', () => {
    const waiting = node('owner', [], { isDeleting: true, finalizers: [FOREGROUND] })
    const graph = new OwnershipGraph()
    graph.put(node('a', ['owner']))
    graph.put(node('b', ['owner']))
    expect(graph.put(waiting).sort()).toEqual(['a', 'b', 'owner'])
    expect(graph.remove('a')).toEqual(['owner'])
    expect(graph.put(node('b'))).toEqual(['owner'])
    expect(graph.dependentsOf('owner')).toEqual([])
  })
})

describe('the verdict on an object with owners', () => {
  const owners = (...states: OwnerState[]) =>
    states.map((state, index) => ({ reference: reference(`o${index}`), state }))
  it.each([
    { states: [], verdict: { do: 'keep' } },
    { states: ['solid'], verdict: { do: 'keep' } },
    { states: ['solid', 'absent'], verdict: { do: 'dropReferences', uids: ['o1'] } },
    { states: ['waiting', 'solid'], verdict: { do: 'dropReferences', uids: ['o0'] } },
    { states: ['absent', 'absent'], verdict: { do: 'delete', foreground: false } },
    { states: ['waiting'], verdict: { do: 'delete', foreground: true } },
  ] as { states: OwnerState[]; verdict: object }[])('$states', ({ states, verdict }) => {
    expect(decide(owners(...states), true)).toEqual(verdict)
  })
  it('without dependents of its own there is nothing to wait for', () => {
    expect(decide(owners('waiting'), false)).toEqual({ do: 'delete', foreground: false })
  })
})
