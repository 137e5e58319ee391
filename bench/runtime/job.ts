/** What one consumer of the benchmark is to do; it gets it as NAME=VALUE arguments, as `Job.java` does. */
export interface Job {
  readonly broker: string
  readonly topic: string
  readonly group: string
  /** How many there are in the topic: it ends after the last one. */
  readonly messages: number
  /** After so long it stops, wherever it is. */
  readonly seconds: number
  readonly concurrency: number
  readonly ioPort: number
  /** What the I/O server takes to answer; 0: it is not called. */
  readonly delayMicros: number
  /** `max.poll.records` of the Java clients. */
  readonly pollRecords: number
  /** `messageBufferSize` of Parallel Consumer; 0: its default. */
  readonly buffer: number
  /** Virtual partitions per assigned partition of pstool; 0: as many as `concurrency`. */
  readonly virtualPartitions: number
  /** 1: pstool's batches overlap (V7). */
  readonly overlap: number
  /** 1: order and counts are looked at too, which costs time. */
  readonly check: number
}

/** What a consumer prints in the end, as one line of JSON. */
export interface Outcome {
  readonly messages: number
  /** From the start of the first message to the end of the last one. */
  readonly seconds: number
  /** Of its whole process in that time. */
  readonly cpuSeconds: number
  /** Whether time was over before the last message. */
  readonly cut: boolean
  /** Messages before an earlier one of their key; 0 unless checked. */
  readonly disorder: number
  /** Messages that began while another of their key ran. */
  readonly overlaps: number
  readonly duplicates: number
}

/** The arguments of a consumer's process. */
export function jobArguments(job: Job): string[] {
  return Object.entries(job).map(([name, value]) => `${name}=${value}`)
}

/** The job of this process. */
export function ownJob(): Job {
  const texts = new Map(
    process.argv.slice(2).map((arg) => {
      const at = arg.indexOf('=')
      return [arg.slice(0, at), arg.slice(at + 1)] as const
    }),
  )
  const text = (name: keyof Job) => {
    const value = texts.get(name)
    if (value === undefined) throw new Error(`${name}=... is missing`)
    return value
  }
  const number = (name: keyof Job) => Number(text(name))
  return {
    broker: text('broker'),
    topic: text('topic'),
    group: text('group'),
    messages: number('messages'),
    seconds: number('seconds'),
    concurrency: number('concurrency'),
    ioPort: number('ioPort'),
    delayMicros: number('delayMicros'),
    pollRecords: number('pollRecords'),
    buffer: number('buffer'),
    virtualPartitions: number('virtualPartitions'),
    overlap: number('overlap'),
    check: number('check'),
  }
}
