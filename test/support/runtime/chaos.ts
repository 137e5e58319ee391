import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../../src/domain/routing/seeded-random.ts'
import type { GroupAdmin } from '../../../src/ports/group-admin.ts'
import { ConsumingProcesses } from './consuming-processes.ts'
import type { ConsumingTask } from './consuming-task.ts'
import { ConsumptionLaws } from './consumption-laws.ts'

export interface ChaosPlan {
  readonly seed: number
  readonly admin: GroupAdmin
  readonly group: string
  readonly topic: string
  /** Messages of each partition. */
  readonly perPartition: number
  readonly partitions: number
  /** How often something happens to a process, evenly over the messages. */
  readonly events: number
  readonly most: number
  /** What the next process does. */
  readonly taskOf: (count: number) => Omit<ConsumingTask, 'log'>
}

/**
 * Lets processes consume a topic, and meanwhile kills, stops and starts them by a seed, as messages
 * are done; then waits until all is committed and stops them. @returns what broke a law, and counts
 */
export async function consumeInChaos(plan: ChaosPlan) {
  const { events, most, perPartition, partitions, taskOf } = plan
  const random = seededRandom(plan.seed)
  const laws = new ConsumptionLaws(true)
  await using processes = new ConsumingProcesses()
  let started = 0
  const join = () => processes.start(taskOf(started++))
  const some = () => [...processes.running.keys()][Math.floor(random() * processes.running.size)]!
  const total = perPartition * partitions
  const follow = () => {
    for (const saying of processes.take()) laws.take(saying)
    if (laws.broken.length > 0) throw new Error(broken(laws))
  }
  const until = async (isSo: () => boolean | Promise<boolean>) => {
    for (follow(); !(await isSo()); follow()) await sleep(50)
  }
  join()
  join()
  for (let event = 1; event <= events; event++) {
    await until(() => laws.done >= (total * event) / (events + 1))
    const dice = random()
    const isFew = processes.running.size < 2
    if (event > 2 && (isFew || (dice < 0.3 && processes.running.size < most))) join()
    else {
      // It may be back at once, before the others know that it is gone.
      const isBack = random() < 0.6
      // Both happen in every run, whatever the seed.
      const kills = event <= 2 ? event === 1 : dice < 0.65
      await processes.end(some(), kills ? 'SIGKILL' : 'SIGTERM')
      if (isBack || processes.running.size === 0) join()
    }
  }
  await until(() => laws.done === total)
  await until(async () => (await lagOf(plan)) === 0)
  for (const name of [...processes.running.keys()]) await processes.end(name, 'SIGTERM')
  follow()
  return { broken: laws.atEnd(), counts: laws.counts, lag: await lagOf(plan) }
}

async function lagOf({
  admin,
  group,
  topic,
  perPartition,
  partitions,
}: ChaosPlan): Promise<number> {
  const [fetched] = await admin.fetchOffsets([group], [topic])
  const committed = fetched!.offsets.map(({ offset }) => Number(offset))
  return perPartition * partitions - committed.reduce((sum, offset) => sum + offset, 0)
}

function broken(laws: ConsumptionLaws): string {
  return laws.broken.slice(0, 10).join('\n')
}
