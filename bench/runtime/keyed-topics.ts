import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createTopic } from '../../test/support/kafka/topics.ts'
import type { JavaPrograms } from './java.ts'

const run = promisify(execFile)
const SEED = 7
const VALUE_BYTES = 100

/** How keys are drawn: so many distinct ones, by Zipf's law with that exponent; 0: all alike. */
export const KEYS = {
  uniform: { distinct: 10_000, exponent: 0 },
  zipf: { distinct: 100_000, exponent: 1 },
} as const

export interface KeyedTopic {
  readonly name: string
  readonly messages: number
  /** How many messages the commonest key has, counted while they were written. */
  readonly heaviest: number
}

/** Topics by what is in them, each filled when it is first asked for. */
export class KeyedTopics {
  private readonly broker: string
  private readonly programs: JavaPrograms
  private readonly filled = new Map<string, KeyedTopic>()

  constructor(broker: string, programs: JavaPrograms) {
    this.broker = broker
    this.programs = programs
  }

  async get(keys: keyof typeof KEYS, partitions: number, messages: number): Promise<KeyedTopic> {
    const wanted = `${keys}-${partitions}-${messages}`
    const topic = this.filled.get(wanted) ?? (await this.fill(wanted, keys, partitions, messages))
    this.filled.set(wanted, topic)
    return topic
  }

  private async fill(
    purpose: string,
    keys: keyof typeof KEYS,
    partitions: number,
    messages: number,
  ): Promise<KeyedTopic> {
    const name = await createTopic(this.broker, `bench-${purpose}`, { partitions })
    const { distinct, exponent } = KEYS[keys]
    const shape = [messages, distinct, VALUE_BYTES, SEED, exponent].map(String)
    const args = ['ZipfProducer', this.broker, name, 'none', ...shape]
    const { stdout } = await run(this.programs.java, [...this.programs.withKafka, ...args])
    return { name, messages, heaviest: JSON.parse(stdout).heaviest }
  }
}
