import type { TestProject } from 'vitest/node'
import { locateKafka } from './locate.ts'
import type { StartedKafka } from './started-kafka.ts'

/** Projects of one run share a broker; vitest loads this file anew for each of them. */
interface Shared {
  readonly kafka: Promise<StartedKafka>
  users: number
}
const shared = globalThis as { pstoolTestKafka?: Shared }

/** Vitest's hook: provides what access.ts declares, and takes the broker away after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.pstoolTestKafka ??= { kafka: locateKafka(), users: 0 }
  const use = shared.pstoolTestKafka
  use.users++
  const kafka = await use.kafka
  project.provide('kafkaBrokers', kafka.plaintext)
  project.provide('kafkaSecured', kafka.secured)
  project.provide('kafkaContainer', kafka.container)
  return async () => {
    if (--use.users > 0) return
    delete shared.pstoolTestKafka
    await kafka.stop()
  }
}
