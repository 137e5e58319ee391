import type { Saying } from './consumption-log.ts'

/** One process's time with one partition. */
interface Tenure {
  readonly name: string
  readonly who: string
  readonly position: number
  /** Whether the one before it ended in order. */
  readonly isInOrder: boolean
  committed: number
  /** The lowest offset at or after the position that was not ended in it. */
  open: number
  readonly ended: Set<number>
  readonly lastOfKey: Map<string, number>
  /** Key of what is under way, by VP. */
  readonly busy: Map<number, string>
  readonly hooks: Map<number, number>
  readonly vps: Set<number>
  reason: 'taken' | 'lost' | 'stopped' | 'killed' | null
}

/** What all processes together did with one partition. */
interface PartitionPast {
  latest: Tenure | null
  readonly ended: Set<number>
  open: number
  readonly started: Set<number>
  readonly firstOfKey: Map<string, number>
}

/**
 * Follows what consuming processes say, line by line, and keeps what breaks a law: I2, I3, I5, I9,
 * L1, L4, O5, O7. Knows nothing of the runtime but its promises.
 */
export class ConsumptionLaws {
  readonly broken: string[] = []
  /** How tenures ended, and how many messages were done again after a loss, and after an orderly end. */
  readonly counts = { taken: 0, lost: 0, stopped: 0, killed: 0, redone: 0, redoneInOrder: 0 }
  /** Tenures of somebody who is not gone, that others have already; only a lost one may be so. */
  private readonly overtaken = new Set<Tenure>()
  private readonly tenures = new Map<string, Tenure>()
  private readonly partitions = new Map<number, PartitionPast>()
  private readonly slotOfKey = new Map<string, number>()
  private readonly slotsAreFixed: boolean

  /** @param slotsAreFixed no batch is collapsed, so that a key has one VP for ever (V3) */
  constructor(slotsAreFixed: boolean) {
    this.slotsAreFixed = slotsAreFixed
  }

  /** Messages that somebody has ended. */
  get done(): number {
    return [...this.partitions.values()].reduce((sum, { ended }) => sum + ended.size, 0)
  }

  /** What is still broken when everybody has ended. */
  atEnd(): readonly string[] {
    const open = [...this.overtaken].map(
      ({ name }) => `L1: ${name} was somebody else's before its end`,
    )
    return [...this.broken, ...open]
  }

  take(saying: Saying): void {
    if (saying.what === 'killed') this.killed(saying.who)
    if (!('partition' in saying)) return
    const past = this.past(saying.partition)
    const name = `${saying.who}/${saying.partition}/${saying.ownership}`
    if (saying.what === 'assigned') {
      this.assigned(past, name, saying.who, saying.offset)
      return
    }
    const tenure = this.tenures.get(name)
    if (tenure === undefined) this.broken.push(`${saying.what} before ${name} was assigned`)
    else if (saying.what === 'start') this.start(past, tenure, saying)
    else if (saying.what === 'end' || saying.what === 'fail') this.end(past, tenure, saying)
    else if (saying.what === 'letter') ended(past, tenure, saying.offset)
    else if (saying.what === 'committed') this.committed(tenure, saying.offset)
    else if (saying.what === 'hook') this.hook(tenure, saying.vp)
    else if (saying.what === 'gone') this.gone(tenure, saying.reason)
  }

  private assigned(past: PartitionPast, name: string, who: string, position: number): void {
    const { latest } = past
    const says = (law: string) =>
      this.broken.push(`${law}: ${name} begins at ${position}, ${latest?.name}`)
    if (position > past.open) says(`I2: ${past.open} was not ended`)
    const isInOrder = latest?.reason === 'taken' || latest?.reason === 'stopped'
    if (latest !== null) {
      if (latest.reason === null) this.overtaken.add(latest)
      if (isInOrder && position !== latest.open) says(`L3: not at ${latest.open}`)
      if (position < latest.committed) says(`O5: not at ${latest.committed} or later`)
    }
    const tenure: Tenure = {
      name,
      who,
      position,
      isInOrder,
      committed: position,
      open: position,
      ended: new Set(),
      lastOfKey: new Map(),
      busy: new Map(),
      hooks: new Map(),
      vps: new Set(),
      reason: null,
    }
    this.tenures.set(name, tenure)
    past.latest = tenure
  }

  private start(past: PartitionPast, tenure: Tenure, { offset, key, vp }: OfMessage): void {
    const says = (law: string) =>
      this.broken.push(`${law}: ${tenure.name} starts ${offset} of ${key}`)
    if (tenure.reason !== null) says(`L4: ${tenure.reason}`)
    if (offset < tenure.position) says(`O7: before ${tenure.position}`)
    if (tenure.ended.has(offset)) says('I5: ended already')
    if (tenure.busy.has(vp)) says(`I6: VP ${vp} is at ${tenure.busy.get(vp)}`)
    if ((tenure.lastOfKey.get(key) ?? -1) > offset) says('I3: a later one was started')
    if ([...tenure.busy.values()].includes(key)) says('I3: one of the key is under way')
    if (this.slotsAreFixed && (this.slotOfKey.get(key) ?? vp) !== vp) says('V3: another VP')
    this.slotOfKey.set(key, vp)
    tenure.busy.set(vp, key)
    tenure.vps.add(vp)
    tenure.lastOfKey.set(key, offset)
    if (past.ended.has(offset)) this.counts[tenure.isInOrder ? 'redoneInOrder' : 'redone']++
    if (past.started.has(offset)) return
    past.started.add(offset)
    if ((past.firstOfKey.get(key) ?? -1) > offset) says('I3: a later one was started before')
    past.firstOfKey.set(key, offset)
  }

  private end(past: PartitionPast, tenure: Tenure, { what, offset, key, vp }: OfMessage): void {
    if (tenure.busy.get(vp) !== key) {
      this.broken.push(`I6: ${tenure.name} ${what}s ${offset} of ${key}: it is not under way`)
    }
    tenure.busy.delete(vp)
    if (what === 'end') ended(past, tenure, offset)
  }

  private committed(tenure: Tenure, offset: number): void {
    const says = (law: string) => this.broken.push(`${law}: ${tenure.name} commits ${offset}`)
    if (offset > tenure.open) says(`I2: ${tenure.open} was not ended`)
    if (offset < tenure.committed) says(`O5: after ${tenure.committed}`)
    if (tenure.reason !== null) says(`L4: ${tenure.reason}`)
    tenure.committed = offset
  }

  private hook(tenure: Tenure, vp: number): void {
    const says = (law: string) => this.broken.push(`${law}: hook of VP ${vp} of ${tenure.name}`)
    if (tenure.busy.has(vp)) says('L1: its job has not ended')
    if (tenure.hooks.has(vp)) says('I9: twice')
    tenure.hooks.set(vp, 1)
  }

  private gone(tenure: Tenure, reason: 'taken' | 'lost' | 'stopped'): void {
    this.counts[reason]++
    tenure.reason = reason
    if (reason === 'lost') {
      this.overtaken.delete(tenure)
      return
    }
    const { name, busy, hooks, vps, committed, open } = tenure
    if (busy.size > 0) this.broken.push(`L1: ${name} is ${reason}, and at ${[...busy.values()]}`)
    if (committed !== open)
      this.broken.push(`L3: ${name} is ${reason} at ${open}, and committed ${committed}`)
    if (name.startsWith('class') && hooks.size !== vps.size) {
      this.broken.push(`I9: ${name} has ${vps.size} instances, ${hooks.size} were told`)
    }
  }

  private killed(who: string): void {
    for (const tenure of this.tenures.values()) {
      if (tenure.who !== who || tenure.reason !== null) continue
      tenure.reason = 'killed'
      this.counts.killed++
    }
  }

  private past(partition: number): PartitionPast {
    let past = this.partitions.get(partition)
    if (past === undefined) {
      past = { latest: null, ended: new Set(), open: 0, started: new Set(), firstOfKey: new Map() }
      this.partitions.set(partition, past)
    }
    return past
  }
}

type OfMessage = Extract<Saying, { readonly key: string }>

/** Done for good: processed, or a dead letter. */
function ended(past: PartitionPast, tenure: Tenure, offset: number): void {
  tenure.ended.add(offset)
  past.ended.add(offset)
  while (tenure.ended.has(tenure.open)) tenure.open++
  while (past.ended.has(past.open)) past.open++
}
