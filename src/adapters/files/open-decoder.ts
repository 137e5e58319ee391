import type { Selection } from '../../domain/model/selection.ts'
import { InputError } from '../../errors.ts'
import type { BadRecords } from './bad-records.ts'
import { CsvDecoder } from './csv-decoder.ts'
import type { FileFormat } from './detect-format.ts'
import { JsonDecoder } from './json-decoder.ts'
import { KCAT_NAMES, NDJSON_NAMES } from './json-fields.ts'
import { JsonHeaders } from './json-headers.ts'
import { KeysDecoder } from './keys-decoder.ts'
import type { RecordDecoder } from './record-decoder.ts'
import { RecordGate } from './record-gate.ts'
import { RecordRows } from './record-rows.ts'

/**
 * The decoder of a format for one read.
 * @param file as errors name it
 * @param topic of records that name none
 * @throws InputError input.nothing-to-select-by, when plain keys are asked for partitions or places
 */
export function openDecoder(
  format: FileFormat,
  selection: Selection,
  bad: BadRecords,
  file: string,
  topic: string,
): RecordDecoder {
  const gate = new RecordGate(selection)
  if (format === 'keys') {
    if (gate.selects) throw nothingToSelectBy(file)
    return new KeysDecoder()
  }
  if (format === 'csv') return new CsvDecoder(gate, topic, bad, file)
  const vocabulary = format === 'kcat' ? KCAT_NAMES : NDJSON_NAMES
  return new JsonDecoder(vocabulary, new RecordRows(gate, new JsonHeaders(), topic), bad, file)
}

function nothingToSelectBy(file: string): InputError {
  const message = `${file} holds plain keys, which have no partition, offset or time to select by`
  return new InputError('input.nothing-to-select-by', message, [
    'Leave out --only-partitions, --from, --until and --last, or use NDJSON or CSV with those fields',
  ])
}
