import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { USERS } from '../support/kafka/access.ts'
import { type Grant, grant } from '../support/kafka/acls.ts'
import { committed, coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { securedKafka } from '../support/kafka/secured.ts'
import { createTopic, deleteTopics, OWN_GROUP, uniqueName } from '../support/kafka/topics.ts'

/** One that may be written, one that may only be seen, one that may not even be seen. */
interface Three {
  readonly readable: string
  readonly visible: string
  readonly hidden: string
}

describe('an administrator with few rights, over TLS and SASL', () => {
  let folder: string
  let everything: GroupAdmin
  let admin: GroupAdmin
  let topics: Three
  const groups: Three = {
    readable: uniqueName(OWN_GROUP),
    visible: uniqueName(OWN_GROUP),
    hidden: uniqueName(OWN_GROUP),
  }
  const granted = (right: Grant['right'], kind: Grant['kind'], name: string): Grant => {
    return { user: 'operator', kind, name, right }
  }

  beforeAll(async () => {
    const { plaintext, saslTls, ca } = securedKafka()
    folder = await mkdtemp(join(tmpdir(), 'pstool-tls-'))
    const caFile = join(folder, 'ca.pem')
    await writeFile(caFile, ca)
    everything = openGroups(plaintext)
    await coordinatorsReady(everything)
    const query = `?tls-ca=${encodeURIComponent(caFile)}&sasl=scram-sha-512&user=operator`
    admin = openGroups(saslTls, query, { PSTOOL_KAFKA_PASSWORD: USERS.operator })
    const [readable, visible, hidden] = await Promise.all(
      ['readable', 'visible', 'hidden'].map((purpose) => createTopic(plaintext, purpose)),
    )
    topics = { readable: readable!, visible: visible!, hidden: hidden! }
    const names = Object.values(topics)
    for (const group of Object.values(groups)) {
      await everything.commitOffsets(
        group,
        names.map((topic) => committed(topic, 0, 5)),
      )
    }
    await grant(plaintext, [
      granted('READ', 'TOPIC', topics.readable),
      granted('DESCRIBE', 'TOPIC', topics.visible),
      granted('READ', 'GROUP', groups.readable),
      granted('DESCRIBE', 'GROUP', groups.visible),
    ])
    while ((await admin.listGroups()).length < 2) await sleep(50)
  })

  afterAll(async () => {
    await admin.close()
    await everything.close()
    await deleteTopics(securedKafka().plaintext, ...Object.values(topics))
    await rm(folder, { recursive: true })
  })

  it('sees what may be seen, and what may not is not absent', async () => {
    const described = await admin.describeTopics(Object.values(topics))
    const seen = [topics.readable, topics.visible].sort()
    expect(described.topics.map(({ name }) => name)).toEqual(seen)
    expect(described.denied).toEqual([topics.hidden])
    expect(await admin.topicNames()).toEqual(seen)

    const listed = await admin.listGroups()
    expect(listed.map(({ group }) => group)).toEqual([groups.readable, groups.visible].sort())
    const [readable, hidden] = await admin.describeGroups([groups.readable, groups.hidden])
    expect(readable).toMatchObject({ state: 'empty', problem: null })
    expect(hidden).toMatchObject({ state: 'unknown', problem: { code: 'not-authorized' } })
    expect(hidden!.problem!.message).toContain('DESCRIBE')
    expect(hidden!.problem!.message).toContain(groups.hidden)
  })

  it('reads the offsets of the topics that may be seen, and names the one that may not', async () => {
    const asked = [groups.readable, groups.hidden]
    const [readable, hidden] = await admin.fetchOffsets(asked, Object.values(topics))
    const seen = [topics.readable, topics.visible].sort()
    expect(readable!.offsets).toEqual(seen.map((topic) => committed(topic, 0, 5)))
    expect(readable!.problem).toMatchObject({ code: 'not-authorized', outcome: 'refused' })
    expect(readable!.problem!.message).toContain(topics.hidden)
    expect(readable!.problem!.message).not.toContain(topics.visible)
    expect(hidden).toMatchObject({ offsets: [], problem: { code: 'not-authorized' } })
  })

  it('says for each topic of a commit which right is missing, and commits the others', async () => {
    const names = [topics.readable, topics.visible, topics.hidden]
    const offsets = names.map((topic) => committed(topic, 0, 7))
    const outcomes = await admin.commitOffsets(groups.readable, offsets)
    expect(outcomes.map(({ problem }) => problem?.code ?? 'done')).toEqual([
      'done',
      'not-authorized',
      'not-authorized',
    ])
    expect(outcomes[1]!.problem!.message).toContain(`topic ${topics.visible}`)
    expect(outcomes[1]!.problem!.message).toContain('READ')
    const [read] = await everything.fetchOffsets([groups.readable], names)
    const at = new Map(read!.offsets.map(({ topic, offset }) => [topic, offset]))
    expect(names.map((topic) => at.get(topic))).toEqual([7n, 5n, 5n])
  })

  it.each(['visible', 'hidden'] as const)(
    'commits nothing for a group that is %s',
    async (name) => {
      const offsets = [committed(topics.readable, 0, 9)]
      const [outcome] = await admin.commitOffsets(groups[name], offsets)
      expect(outcome!.problem).toMatchObject({ code: 'not-authorized', outcome: 'refused' })
      expect(outcome!.problem!.message).toContain(`READ right on the group`)
    },
  )

  it('deletes with the DELETE right on the group alone', async () => {
    const partitions = [{ topic: topics.readable, partition: 0 }]
    const [refused] = await admin.deleteOffsets(groups.readable, partitions)
    expect(refused!.problem).toMatchObject({ code: 'not-authorized', outcome: 'refused' })
    expect(refused!.problem!.message).toContain('DELETE right on the group')
    await grant(securedKafka().plaintext, [granted('DELETE', 'GROUP', groups.readable)])
    for (;;) {
      const [outcome] = await admin.deleteOffsets(groups.readable, partitions)
      if (outcome!.problem === null) break
      await sleep(50)
    }
    const [read] = await everything.fetchOffsets([groups.readable], [topics.readable])
    expect(read!.offsets).toEqual([])
  })
})
