import type { Selection } from '../domain/model/selection.ts'
import type { SimulationDocument } from '../domain/simulation/simulation.ts'
import { type SimulationOptions, Simulator } from '../domain/simulation/simulator.ts'
import type { MessageSource } from '../ports/message-source.ts'
import { describedSource, partOf, type ReadHooks, readMessages } from './read-messages.ts'

export interface SimulateRequest
  extends Omit<SimulationOptions, 'topicPartitions' | 'selectedPartitions'> {
  readonly selection: Omit<Selection, 'content'>
  readonly generatedBy: string
  readonly hooks?: ReadHooks
}

/**
 * Plays the selected messages through the strategies, in log order per partition. Interrupted, it
 * tells of what was read, and times nothing any more.
 */
export async function simulate(
  source: MessageSource,
  request: SimulateRequest,
): Promise<SimulationDocument> {
  const { selection, generatedBy, hooks, ...options } = request
  const { partitions } = await describedSource(source, hooks?.signal)
  const topicPartitions = partitions.length === 0 ? null : partitions.length
  const selectedPartitions = partOf(selection.partitions, partitions.length)
  const simulator = new Simulator({ ...options, topicPartitions, selectedPartitions })
  const partitioners = new Set(options.strategies.map((strategy) => strategy.partitioner))
  const keysAreEnough = [...partitioners].every((partitioner) => partitioner.readsKeyOnly)
  const read = await readMessages(
    source,
    { ...selection, content: keysAreEnough ? 'keys' : 'messages' },
    [...partitioners].map((partitioner) => partitioner.name).join(', '),
    (batch) => simulator.add(batch),
    hooks,
  )
  const steps = simulator.documentSteps({ generatedBy }, read)
  for (let step = steps.next(); ; step = steps.next(hooks?.signal?.aborted)) {
    if (step.done) return step.value
    // Signals are heard between the steps.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
