import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ConsumptionDocument } from '../../src/domain/model/consumption.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { type CliOptions, pstool } from '../support/cli.ts'
import { linesOf } from '../support/e2e/consuming.ts'
import { coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { produce } from '../support/kafka/produce.ts'
import { createTopic, deleteTopics, OWN_GROUP, uniqueName } from '../support/kafka/topics.ts'

const brokers = inject('kafkaBrokers')
const MESSAGES = 300
const BAD = '1:7'

/** A message that fails each time, to become a dead letter. */
const MODULE = `
export default {
  eachMessage({ partition, offset }) {
    if (partition + ':' + offset === '${BAD}') throw new Error('a bad message')
  },
  virtualPartitions: { maxPartitions: 4 },
  pause: { timeoutMs: 10 },
}`

let topic: string
let dead: string
const folder = folderWith({ 'consumer.ts': MODULE })
const consume = (args: string, options: CliOptions = {}) =>
  pstool(['consume', 'consumer.ts', ...args.split(' '), '--json'], { cwd: folder.path, ...options })
const summaryOf = ({ stdout }: { stdout: string }) =>
  linesOf(stdout).at(-1) as unknown as ConsumptionDocument

beforeAll(async () => {
  const admin = openGroups(brokers)
  await coordinatorsReady(admin)
  await admin.close()
  topic = await createTopic(brokers, uniqueName('cli-consume'), { partitions: 3 })
  dead = await createTopic(brokers, uniqueName('cli-dead'), { partitions: 1 })
  await produce(
    brokers,
    topic,
    Array.from({ length: MESSAGES }, (_, i) => ({
      ...{ partition: i % 3, key: `user-${i % 41}`, value: `{"n":${i}}` },
    })),
  )
})
afterAll(async () => {
  await deleteTopics(brokers, topic, dead)
  folder[Symbol.dispose]()
})

describe.concurrent('pstool consume on Kafka', () => {
  it.each(['classic', 'consumer'])(
    'D2: consumes in a %s group, with a dead letter in the end',
    async (protocol) => {
      const group = uniqueName(OWN_GROUP)
      const source = `--source kafka://${brokers}/${topic} --group ${group} --protocol ${protocol}`
      const letters = `--dead-letter-topic ${dead} --max-retries 1`
      const first = await consume(`${source} ${letters} --instance-id one --until-end`)
      expect(first).toMatchObject({ stderr: '', exitCode: 0 })
      expect(summaryOf(first)).toMatchObject({
        ...{ ended: 'end', group, deadLetters: 1, failedJobs: 2 },
        partitions: [0, 1, 2].map((partition) => ({ topic, partition, committed: '100', lag: 0 })),
      })
      const second = await consume(`${source} --until-end`)
      expect(second).toMatchObject({ stderr: '', exitCode: 0 })
      expect(summaryOf(second)).toMatchObject({ ended: 'end', messages: 0 })
    },
  )

  it('I7: consumes segments in processes of their own, each message once', async () => {
    const group = uniqueName(OWN_GROUP)
    const where = `--cluster kafka://${brokers} --topics ${topic} --group ${group}`
    const letters = `--dead-letter-topic ${dead} --max-retries 1`
    const result = await consume(`${where} ${letters} --segments 2 --spawn --until-end`)
    expect(result).toMatchObject({ stderr: '', exitCode: 0 })
    const { messages, segments, deadLetters, partitions } = summaryOf(result)
    expect({ segments, deadLetters }).toEqual({ segments: [0, 1], deadLetters: 1 })
    // Of jobs that ended well: those before the failure in its job are not among them.
    expect(messages).toBeLessThan(MESSAGES)
    expect(partitions).toHaveLength(6)
    expect(partitions.every(({ lag }) => lag === 0)).toBe(true)
  })

  it('says which topic is not there, with exit code 4', async () => {
    const args = `--source kafka://${brokers}/${topic}-not --group ${uniqueName(OWN_GROUP)}`
    const result = await consume(args)
    expect(result).toMatchObject({ stderr: '', exitCode: 4 })
    expect(linesOf(result.stdout).at(-1)).toMatchObject({
      error: { message: expect.stringContaining(`${topic}-not`) },
    })
  })
})
