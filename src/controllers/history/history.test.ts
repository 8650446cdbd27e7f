import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import { templateOf as imageTemplate } from '../testing/objects.ts'
import { createRevision, renumberRevision } from './write-revision.ts'
import { expiredRevisions, hasTemplate, newRevision, nextRevision, revisionsInOrder, templateOf } from './revision.ts'

const options = { resource: resources.statefulsets, hashLabel: 'hash', number: 1, collisionCount: 0 }
const owner = (image: string) => ({
  metadata: { name: 'db', namespace: 'default', uid: 'u', annotations: { why: 'test' } },
  spec: { template: imageTemplate(image) },
})
const numbered = (revision: number, name = `r${revision}`): k8s.ControllerRevision => ({ metadata: { name }, revision })

describe('a revision', () => {
  const revision = newRevision(owner('web:1'), options)

  it('is a patch that replaces the template', () => {
    expect(revision.data).toMatchObject({ spec: { template: { $patch: 'replace', spec: { containers: [{}] } } } })
    expect(templateOf(revision)).toEqual(imageTemplate('web:1'))
    expect(hasTemplate(revision, imageTemplate('web:1'))).toBe(true)
    expect(hasTemplate(revision, imageTemplate('web:2'))).toBe(false)
  })
  it('is written as Go writes it, which is what clients compare it with', () => {
    const kept = newRevision(owner('web:1'), options)
    expect(JSON.stringify(kept.data)).toBe(
      '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"web"}},' +
        '"spec":{"containers":[{"image":"web:1","name":"web"}]}}}}',
    )
  })
  it('belongs to its owner and bears the labels of the template, the hash and the annotations', () => {
    const { name, labels, annotations, ownerReferences } = revision.metadata
    expect(name).toBe(`db-${labels?.hash}`)
    expect(labels).toMatchObject({ app: 'web' })
    expect(annotations).toEqual({ why: 'test' })
    expect(ownerReferences).toMatchObject([{ kind: 'StatefulSet', controller: true, uid: 'u' }])
  })
  it('has a name of its own for each template and each collision', () => {
    const names = [
      revision,
      newRevision(owner('web:2'), options),
      newRevision(owner('web:1'), { ...options, collisionCount: 1 }),
    ].map(({ metadata }) => metadata.name)
    expect(new Set(names).size).toBe(3)
  })
  it('of something else has no template', () => {
    expect(templateOf({ metadata: { name: 'x' }, revision: 1 })).toBeUndefined()
  })
})

describe('a history', () => {
  const history = [numbered(3), numbered(1), numbered(2), numbered(7)]
  const names = (revisions: k8s.ControllerRevision[]) => revisions.map(({ metadata }) => metadata.name)

  it('is ordered by number, and the next number is above all', () => {
    expect(names(revisionsInOrder(history))).toEqual(['r1', 'r2', 'r3', 'r7'])
    expect(nextRevision(history)).toBe(8)
    expect(nextRevision([])).toBe(1)
  })
  it.each([
    { limit: 10, live: ['r7'], expired: [] },
    { limit: 2, live: ['r7'], expired: ['r1'] },
    { limit: 0, live: ['r7', 'r1'], expired: ['r2', 'r3'] },
    { limit: -1, live: [], expired: [] },
  ])('keeps $limit that are not live', ({ limit, live, expired }) => {
    const isLive = ({ metadata }: k8s.ControllerRevision) => live.includes(metadata.name)
    expect(names(expiredRevisions(history, { isLive, limit }))).toEqual(expired)
  })
})

describe('writing revisions', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  it('makes one once, and another name where the name is another template’s', async () => {
    const first = await createRevision(cluster.client, owner('web:1'), options)
    const again = await createRevision(cluster.client, owner('web:1'), { ...options, number: 5 })
    expect(again.revision.metadata.uid).toBe(first.revision.metadata.uid)
    expect(again.collisionCount).toBe(0)
    const taken = newRevision(owner('web:2'), options).metadata.name
    const other = newRevision(owner('web:3'), options)
    await cluster.client.create(resources.controllerrevisions, {
      ...other,
      metadata: { ...other.metadata, name: taken },
    })
    const collided = await createRevision(cluster.client, owner('web:2'), options)
    expect(collided.collisionCount).toBe(1)
    expect(collided.revision.metadata.name).not.toBe(taken)
    expect((await renumberRevision(cluster.client, first.revision, 4)).revision).toBe(4)
  })
})
