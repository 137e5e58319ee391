/** Bytes of WebAssembly code: instructions in a row, each leaving what it computes on the stack. */
export type Code = readonly number[]

const I32 = 0x7f
const NO_RESULT = 0x40

/** Unsigned and signed numbers in WebAssembly's LEB128. */
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
const signed = (value: number): number[] =>
  value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]

const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
const section = (id: number, body: Code): number[] => [id, ...unsigned(body.length), ...body]
const name = (text: string): number[] => list([...text].map((letter) => [letter.charCodeAt(0)]))
const binary = (opcode: number) => (a: Code, b: Code) => [...a, ...b, opcode]

/** 32-bit numbers; comparisons are unsigned. */
export const constant = (value: number): Code => [0x41, ...signed(value)]
export const get = (local: number): Code => [0x20, local]
export const set = (local: number, value: Code): Code => [...value, 0x21, local]
export const add = binary(0x6a)
export const subtract = binary(0x6b)
export const and = binary(0x71)
export const shiftRight = binary(0x76)
export const equal = binary(0x46)
export const less = binary(0x49)
export const greater = binary(0x4b)
export const atLeast = binary(0x4f)
export const load8 = (at: Code): Code => [...at, 0x2d, 0, 0]
export const load16 = (at: Code): Code => [...at, 0x2f, 0, 0]

/** Copies 1, 8 or 16 bytes. */
export const copy1 = (to: Code, from: Code): Code => [...to, ...from, 0x2d, 0, 0, 0x3a, 0, 0]
export const copy8 = (to: Code, from: Code): Code => [...to, ...from, 0x29, 0, 0, 0x37, 0, 0]
export const copy16 = (to: Code, from: Code): Code => [
  ...to,
  ...from,
  ...[0xfd, 0, 0, 0],
  ...[0xfd, 11, 0, 0],
]

/** Runs its steps; `again()` as the last one repeats them. */
export const loop = (...steps: readonly Code[]): Code => [0x03, NO_RESULT, ...steps.flat(), 0x0b]
export const again = (): Code => [0x0c, 0]
export const againIf = (condition: Code): Code => [...condition, 0x0d, 0]
export const when = (condition: Code, then: readonly Code[], otherwise: readonly Code[] = []) => [
  ...condition,
  ...[0x04, NO_RESULT],
  ...then.flat(),
  ...(otherwise.length === 0 ? [] : [0x05, ...otherwise.flat()]),
  0x0b,
]
export const leaveWith = (value: Code): Code => [...value, 0x0f]

/**
 * A module of one function over 32-bit numbers, exported as `run`, with a memory, exported as
 * `memory`.
 * @param parameters how many; their locals come first
 */
export function assemble(
  parameters: number,
  locals: number,
  code: readonly Code[],
): Uint8Array<ArrayBuffer> {
  const i32s = (count: number) => list(Array.from({ length: count }, () => [I32]))
  const body = [...list([[...unsigned(locals), I32]]), ...code.flat(), 0x0b]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...i32s(parameters), ...i32s(1)]])),
    ...section(3, list([[0]])),
    ...section(5, list([[0, 1]])),
    ...section(
      7,
      list([
        [...name('memory'), 2, 0],
        [...name('run'), 0, 0],
      ]),
    ),
    ...section(10, list([[...unsigned(body.length), ...body]])),
  ])
}
