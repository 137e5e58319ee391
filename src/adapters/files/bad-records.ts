import { InputError } from '../../errors.ts'
import { printable } from './printable.ts'

const MOST_SAMPLES = 5
const SNIPPET_BYTES = 60

/** What to do with a record that cannot be read: end with an error, or count it and read on. */
export type OnBadRecord = 'fail' | 'skip'

/** Counts the records that cannot be read and keeps the first few reasons. */
export class BadRecords {
  count = 0
  readonly samples: string[] = []
  private readonly name: string
  private readonly mode: OnBadRecord

  /** @param name the file as messages name it */
  constructor(name: string, mode: OnBadRecord) {
    this.name = name
    this.mode = mode
  }

  /**
   * Notes a record.
   * @param line counted from 1
   * @param record its bytes, or the first of them; a short start goes into the error
   * @throws InputError input.bad-record, unless such records are skipped
   */
  add(line: number, reason: string, record: Uint8Array): void {
    const where = `${this.name}:${line}: ${reason}`
    if (this.mode === 'fail') {
      throw new InputError('input.bad-record', `${where}, in: ${snippet(record)}`, [
        'Correct that line, or count such records and go on with --on-bad-record skip',
      ])
    }
    this.count++
    if (this.samples.length < MOST_SAMPLES) this.samples.push(where)
  }
}

/** The start of a record as one short printable line. */
function snippet(record: Uint8Array): string {
  const text = Buffer.from(record.subarray(0, SNIPPET_BYTES)).toString().trimEnd()
  return record.length > SNIPPET_BYTES ? `${printable(text)}…` : printable(text)
}
