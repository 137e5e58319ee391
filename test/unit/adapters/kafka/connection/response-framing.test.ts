import { describe, expect, it } from 'vitest'
import { ResponseFraming } from '../../../../../src/adapters/kafka/connection/response-framing.ts'

function framingOf() {
  const delivered: string[] = []
  const framing = new ResponseFraming(
    (size) => new Uint8Array(size),
    (body) => delivered.push(Buffer.from(body).toString()),
  )
  return { framing, delivered }
}

const framed = (text: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])

describe('responses in a stream', () => {
  it('come out whole, however the stream is cut', () => {
    const stream = Buffer.concat(['first', 'second one', 'four'].map(framed))
    for (let size = 1; size <= stream.length; size++) {
      const { framing, delivered } = framingOf()
      for (let at = 0; at < stream.length; at += size) {
        expect(framing.accept(stream.subarray(at, at + size))).toBeNull()
      }
      expect(delivered).toEqual(['first', 'second one', 'four'])
    }
  })

  it('are written where the socket is told to', () => {
    const { framing, delivered } = framingOf()
    for (const byte of framed('body')) {
      framing.target()[0] = byte
      expect(framing.advance(1)).toBeNull()
    }
    expect(delivered).toEqual(['body'])
  })

  it.each([
    ['TLS', [0x15, 3, 3, 0]],
    ['HTTP', [...Buffer.from('HTTP')]],
    ['a negative length', [0xff, 0xff, 0xff, 0xff]],
    ['a length without room for a correlation id', [0, 0, 0, 3]],
  ])('are told from %s by their length', (_, start) => {
    const { framing, delivered } = framingOf()
    expect([...framing.accept(Uint8Array.from([...start, 1, 2, 3]))!]).toEqual(start)
    expect(delivered).toEqual([])
  })
})
