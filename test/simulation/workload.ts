import { messageName } from './letters.ts'
import { keyOf, slotOf, topicsOf } from './routing.ts'
import type { World } from './world.ts'

/** Makes the topics; some messages are there from the start, the rest comes while all runs. */
export function beginWorkload(world: World): void {
  const { setup, cluster, chance, faults } = world
  const logs = Array.from({ length: setup.partitions }, () => ({ start: 0n, end: 0n }))
  for (const topic of topicsOf(setup)) cluster.makeTopic(topic, logs)
  cluster.makeTopic('dead', [{ start: 0n, end: 0n }])
  for (let left = setup.messages; left > 0; ) {
    const burst = Math.min(left, chance.integer(1, setup.burst))
    left -= burst
    const all = () => {
      for (let more = burst; more > 0; more--) append(world)
    }
    if (chance.happens(setup.early)) all()
    else world.clock.after(chance.integer(0, faults.forMs + 500), all)
  }
}

/** A letter that is left to the user is covered by the next mark: there has to be one (D5). */
export function appendAfterLetters(world: World): void {
  const { setup, originals } = world
  if (setup.letters === null || setup.letters.markAfterDispatch) return
  for (const { group, topic, partition, committed, end } of world.lags()) {
    for (let offset = committed; offset < end; offset++) {
      const place = { topic, partition, offset }
      if (!world.wasGivenUp(group, place)) continue
      // Compaction may have taken it since.
      appendTo(world, topic, partition, keyOf(originals.get(messageName(place))!))
      break
    }
  }
}

function append(world: World): void {
  const { setup, chance } = world
  const topic = chance.pick(topicsOf(setup))
  const key = chance.happens(0.05) ? null : `k${chance.integer(0, setup.keys - 1)}`
  const partition =
    key === null ? chance.integer(0, setup.partitions - 1) : slotOf(key, setup.partitions)
  const name = appendTo(world, topic, partition, key)
  if (chance.happens(world.drawn.troubled)) world.troubles.set(name, troubles(world))
}

/** @returns the name of the message */
function appendTo(world: World, topic: string, partition: number, key: string | null): string {
  const { chance, cluster, log } = world
  const message = {
    partition,
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(`v${chance.integer(0, 999)}`),
    headers: chance.happens(0.2) ? [{ name: 'h', value: Buffer.from('1') }] : [],
    timestamp: world.clock.now(),
  }
  const [appended] = cluster.append(topic, [message])
  const place = { topic, partition, offset: Number(appended!.offset) }
  const name = messageName(place)
  world.originals.set(name, cluster.messages(place).at(-1)!)
  log.add({ kind: 'appended', ...place, key })
  return name
}

/** How often a message fails before it succeeds. */
function troubles({ setup, chance }: World): number {
  if (setup.letters !== null && chance.happens(0.6)) return Number.POSITIVE_INFINITY
  return chance.integer(1, 4)
}

/** Leaves a gap at the end of each partition, as the marker of a transaction is. */
export function appendGaps(world: World): void {
  const { setup, cluster, log } = world
  for (const topic of topicsOf(setup)) {
    for (let partition = 0; partition < setup.partitions; partition++) {
      const message = { partition, key: null, value: null }
      const [appended] = cluster.append(topic, [message])
      const offset = Number(appended!.offset)
      log.add({ kind: 'appended', topic, partition, offset, key: null })
      cluster.removeMessage({ topic, partition }, appended!.offset)
      log.add({ kind: 'removed', topic, partition, offset })
    }
  }
}

/** Takes a message away that may have been fetched already, as compaction does. */
export function compactOne({ setup, chance, cluster, log }: World): void {
  const topic = chance.pick(topicsOf(setup))
  const partition = chance.integer(0, setup.partitions - 1)
  const place = { topic, partition }
  const there = cluster.messages(place)
  if (there.length === 0) return
  const { offset } = chance.pick(there.slice(-20))
  cluster.removeMessage(place, offset!)
  log.add({ kind: 'removed', topic, partition, offset: Number(offset) })
}
