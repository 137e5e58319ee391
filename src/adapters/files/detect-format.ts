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

/**
 * Takes a UTF-8 byte order mark away, and tells the format: by a name that ends in .csv, .ndjson or
 * .jsonl (with .gz or .zst behind), else by the first line that is not empty: a JSON object, a CSV
 * header with a column named key, or a key.
 * @throws InputError input.encoding, input.binary, input.json-document
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
  const named = formatOfName(file)
  if (named !== 'csv') {
    assertLines(line, file)
    if (/^\{\s*["}]/.test(line)) return jsonFormat(line)
  }
  if (isBinary(window.bytes.subarray(window.start, window.end))) {
    throw new InputError('input.binary', `${file} holds binary data, not lines of text`, [
      'Use --input-format keys to take the bytes of every line as a key',
      'Archives are read when they are .gz or .zst',
    ])
  }
  return named ?? (namesCsvColumns(cellsOf(line)) ? 'csv' : 'keys')
}

/** What the name alone says. */
function formatOfName(file: string): FileFormat | null {
  const [, suffix] = /\.(csv|ndjson|jsonl)(?:\.gz|\.zst)?$/i.exec(file) ?? []
  if (suffix === undefined) return null
  return suffix.toLowerCase() === 'csv' ? 'csv' : 'ndjson'
}

/** The first line with anything in it, without white space around; empty when there is none. */
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

/** Refuses JSON that is one array, or that is spread over lines. */
function assertLines(line: string, file: string): void {
  const isArray = /^\[\s*(?:$|[{["])/.test(line)
  if (!isArray && line !== '{') return
  const what = isArray ? 'is a JSON array' : 'has JSON objects that go over several lines'
  const program = isArray ? ".[]'" : ".'"
  const from = file === 'stdin' ? '' : ` ${file}`
  const message = `${file} ${what}, and only JSON with one object a line can be read`
  throw new InputError('input.json-document', message, [
    `Make lines of it: jq -c '${program}${from} | pstool .. --source -`,
    'Use --input-format keys when every line is a key',
  ])
}

/** A line that is no JSON is for the decoder to judge: it says what is wrong, with its place. */
function jsonFormat(line: string): FileFormat {
  let names: string[]
  try {
    names = Object.keys(JSON.parse(line))
  } catch {
    return /"(?:payload|tstype)"\s*:/.test(line) ? 'kcat' : 'ndjson'
  }
  return names.includes('payload') || names.includes('tstype') ? 'kcat' : 'ndjson'
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
