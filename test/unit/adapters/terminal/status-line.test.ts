import { describe, expect, it } from 'vitest'
import { statusLine } from '../../../../src/adapters/terminal/status-line.ts'

/** A terminal with two streams; `written` is what it got of both. */
function aTerminal({ interactive = true, columns = 80 } = {}) {
  const written: string[] = []
  const write = (text: string) => written.push(text) > 0
  const [stderr, stdout] = [{ write }, { write }]
  const line = statusLine({
    ...{ stream: stderr, sharing: [stderr, stdout], interactive, columns: () => columns },
  })
  return { written, stderr, stdout, line, write }
}

describe('statusLine', () => {
  it('is drawn over itself, and leaves the last column free', () => {
    const { written, line } = aTerminal({ columns: 6 })
    line.show('one')
    line.show('second')
    expect(written).toEqual(['\r\x1b[Kone', '\r\x1b[Ksecon'])
  })

  it('goes out of the way of what the user writes to either stream', () => {
    const { written, stderr, stdout, line } = aTerminal()
    line.show('one')
    stderr.write('mine\n')
    line.show('two')
    stdout.write('mine too\n')
    expect(written).toEqual([
      ...['\r\x1b[Kone', '\r\x1b[K', 'mine\n'],
      ...['\r\x1b[Ktwo', '\r\x1b[K', 'mine too\n'],
    ])
  })

  it('is not drawn over the beginning of a line of the user', () => {
    const { written, stderr, line } = aTerminal()
    stderr.write('half ')
    line.show('one')
    stderr.write('a line\n')
    line.show('two')
    expect(written).toEqual(['half ', 'a line\n', '\r\x1b[Ktwo'])
  })

  it('takes itself away in the end, and gives the streams back', () => {
    const { written, stderr, stdout, line, write } = aTerminal()
    line.show('one')
    line.end()
    expect(written).toEqual(['\r\x1b[Kone', '\r\x1b[K'])
    expect([stderr.write, stdout.write]).toEqual([write, write])
  })

  it('is nothing where nobody watches', () => {
    const { written, stderr, line, write } = aTerminal({ interactive: false })
    line.show('one')
    expect(stderr.write).toBe(write)
    line.end()
    expect(written).toEqual([])
  })
})
