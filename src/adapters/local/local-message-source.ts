import { setImmediate as nextTurn } from 'node:timers/promises'
import { ColumnBatch } from '../../domain/model/column-batch.ts'
import type { MessageBatch } from '../../domain/model/message-batch.ts'
import type { ReadReport, Selection, SourceDescription } from '../../domain/model/selection.ts'
import { UsageError } from '../../errors.ts'
import type { MessageSource } from '../../ports/message-source.ts'
import { type LocalDatabase, openDatabase } from './local-database.ts'
import { addPage } from './page.ts'
import { planRead } from './read-plan.ts'
import { partitionRanges, type TopicRow, topicRow, topicRows } from './topics.ts'
import { type LocalUri, localUriText } from './uri.ts'

const NOTHING_READ: ReadReport = {
  badRecords: 0,
  badRecordSamples: [],
  skippedOffsets: 0,
  available: null,
}

/** Reads a topic of an embedded cluster. */
export class LocalMessageSource implements MessageSource {
  private readonly database: LocalDatabase
  private readonly topic: TopicRow
  private lastReport = NOTHING_READ

  private constructor(database: LocalDatabase, topic: TopicRow) {
    this.database = database
    this.topic = topic
  }

  /**
   * Opens the topic that the URI names, or the only one that there is.
   * @throws UsageError, InputError, BrokerError for an unknown topic
   */
  static open({ path, topic }: LocalUri): LocalMessageSource {
    const database = openDatabase(path)
    try {
      const row = database.read((sql) =>
        topic === null ? onlyTopic(topicRows(sql), path) : topicRow(sql, topic),
      )
      return new LocalMessageSource(database, row)
    } catch (error) {
      database.close()
      throw error
    }
  }

  async describe(): Promise<SourceDescription> {
    const topic = this.topic.name
    const partitions = this.database.read((sql) => partitionRanges(sql, this.topic))
    const uri = localUriText({ path: this.database.path, topic })
    return { kind: 'local', uri, topic, partitions }
  }

  async *read(selection: Selection, signal?: AbortSignal): AsyncGenerator<MessageBatch> {
    const plan = this.database.read((sql) => planRead(sql, this.topic, selection))
    let skippedOffsets = plan.contentless
    const report = () => ({ ...NOTHING_READ, available: plan.available, skippedOffsets })
    this.lastReport = report()
    const batch = new ColumnBatch(this.topic.name)
    for (const stretch of plan.stretches) {
      for (let from = stretch.from; from < stretch.to; ) {
        if (signal?.aborted) return
        const before = batch.count
        const page = { ...stretch, from }
        const next = this.database.read((sql) =>
          addPage(sql, this.topic, page, selection.content, batch),
        )
        skippedOffsets += next - from - (batch.count - before)
        from = next
        if (!batch.full) continue
        this.lastReport = report()
        yield batch
        batch.clear()
        // SQLite answers at once: without a turn of the loop no signal would ever be heard.
        await nextTurn()
      }
    }
    this.lastReport = report()
    if (batch.count > 0 && !signal?.aborted) yield batch
  }

  report(): ReadReport {
    return this.lastReport
  }

  async close(): Promise<void> {
    this.database.close()
  }
}

function onlyTopic(topics: readonly TopicRow[], path: string): TopicRow {
  const [only, another] = topics
  if (only !== undefined && another === undefined) return only
  throw new UsageError('local.no-topic-named', `which topic of ${path} is not said`, [
    only === undefined
      ? 'The cluster has no topics.'
      : `Name one after the path: ${topics.map(({ name }) => `local:${path}/${name}`).join(', ')}`,
  ])
}
