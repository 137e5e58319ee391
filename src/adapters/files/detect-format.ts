import { textOf } from '../../domain/model/key-text.ts'
import { InputError } from '../../errors.ts'
import type { ByteWindow } from './byte-window.ts'
import { namesCsvColumns } from './csv-columns.ts'

/** How messages are written in a file. */
export type FileFormat = 'ndjson' | 'kcat' | 'csv' | 'keys'

/** Enough to know a binary file by. */
const LOOKED_AT_BYTES = 8192
const LONGEST_FIRST_LINE = 1024 * 1024
const LINE_FEED = 10
const RECORD_FIELDS = ['key', 'keyBase64', 'value', 'valueBase64', 'payload']

/**
 * Takes a UTF-8 byte order mark away, and tells the format by the first line that is not empty: a
 * JSON object with kcat's fields or with ours, a CSV header with a column named key, or a key.
 * @throws InputError input.encoding, input.binary, input.unknown-fields
 */
export async function detectFormat(
  window: ByteWindow,
  file: string,
  wanted: FileFormat | 'auto',
): Promise<FileFormat> {
  while (!window.ended && window.end < 3) await window.fill()
  const [a, b, c] = window.bytes.subarray(0, window.end)
  if (a === 0xef && b === 0xbb && c === 0xbf) window.start = 3
  if (wanted !== 'auto') return wanted
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new InputError('input.encoding', `${file} is UTF-16, and only UTF-8 can be read`, [
      `Convert it: iconv -f UTF-16 -t UTF-8 ${file}`,
    ])
  }
  const line = await firstLine(window)
  if (/^\s*\{\s*["}]/.test(line)) return jsonFormat(line, file)
  if (isBinary(window.bytes.subarray(window.start, window.end))) {
    throw new InputError('input.binary', `${file} holds binary data, not lines of text`, [
      'Use --input-format keys to take the bytes of every line as a key',
      'Archives are read when they are .gz or .zst',
    ])
  }
  return namesCsvColumns(cellsOf(line)) ? 'csv' : 'keys'
}

/** The first line with anything in it; the empty text when there is none. */
async function firstLine(window: ByteWindow): Promise<string> {
  for (;;) {
    const text = window.view.subarray(window.start)
    let start = 0
    while (start < text.length && text[start]! <= 32) start++
    const stop = text.indexOf(LINE_FEED, start)
    const known = start < text.length && stop >= 0
    if (known || window.ended || text.length > LONGEST_FIRST_LINE) {
      return text
        .subarray(start, known ? stop : text.length)
        .toString()
        .trimEnd()
    }
    await window.fill()
  }
}

function jsonFormat(line: string, file: string): FileFormat {
  let names: string[]
  try {
    names = Object.keys(JSON.parse(line))
  } catch {
    // The decoder says what is wrong with it, with its place.
    return /"(?:payload|tstype)"\s*:/.test(line) ? 'kcat' : 'ndjson'
  }
  if (names.includes('payload') || names.includes('tstype')) return 'kcat'
  if (names.some((name) => RECORD_FIELDS.includes(name))) return 'ndjson'
  const found = names.join(', ').slice(0, 60) || 'no field at all'
  const message = `The first record of ${file} has neither key nor value, but ${found}`
  const field = names[0] ?? 'id'
  throw new InputError('input.unknown-fields', message, [
    `Say which field is the key: jq -c '{key: .${field}, value: .}' ${file} | pstool .. --source -`,
    'Use --input-format keys when every line is a key, --input-format ndjson when keys may be absent',
  ])
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1'))
}

/** A zero byte, or control characters in what is not UTF-8 either. */
function isBinary(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, LOOKED_AT_BYTES)
  if (start.includes(0)) return true
  const controls = start.some((byte) => (byte < 32 && (byte < 9 || byte > 13)) || byte === 127)
  if (!controls) return false
  // A character may be cut where the look ends.
  return [0, 1, 2, 3].every((cut) => textOf(start.subarray(0, start.length - cut)) === null)
}
