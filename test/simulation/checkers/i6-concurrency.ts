import type { Checker } from '../replay.ts'

/** I6, V6: one instance is never entered twice at once, and at most `concurrency` jobs run. */
export function workersInBounds(): Checker {
  const lanes = new Map<number, string>()
  const instances = new Map<string, number>()
  return {
    rule: 'I6',
    see(entry, known) {
      if (entry.kind !== 'call') return null
      const { process, ownership, virtualPartition, instance } = entry
      const running = [...(known.running.get(process) ?? [])]
      if (running.length >= known.setup.concurrency) {
        const story = `${process} ran ${running.length + 1} jobs at t=${entry.at} on ${known.setup.concurrency} slots`
        return { story, ownership }
      }
      const lane = `${ownership} VP ${virtualPartition}`
      const isSame = (other: (typeof running)[number]) =>
        other.ownership === ownership && other.virtualPartition === virtualPartition
      const twice = running.find(isSame)
      if (twice !== undefined) {
        const story = `VP ${virtualPartition} was entered at t=${entry.at} with ${entry.offsets} while it still had ${twice.offsets}`
        return { story, ownership, offset: entry.offsets[0]! }
      }
      if (instance === null) return null
      const isKnown = lanes.get(instance) ?? lane
      const ofLane = instances.get(lane) ?? instance
      lanes.set(instance, lane)
      instances.set(lane, instance)
      if (isKnown === lane && ofLane === instance) return null
      return {
        story: `instance ${instance} ran ownership ${lane}, which is not its own (V6)`,
        ownership,
      }
    },
  }
}
