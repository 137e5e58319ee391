import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ask } from '../../../../src/adapters/terminal/prompt.ts'

/** A question on a terminal, what is typed there, and what then stands on it. */
function asked(question = 'Apply this plan? [y/N] ') {
  const input = new PassThrough()
  const output = new PassThrough()
  const raw: boolean[] = []
  Object.assign(input, { isTTY: true, setRawMode: (mode: boolean) => raw.push(mode) })
  let screen = ''
  output.on('data', (chunk: Buffer) => {
    screen += chunk.toString('utf8')
  })
  const controller = new AbortController()
  const answer = ask(question, { input, output }, controller.signal)
  return { input, answer, abort: () => controller.abort(), raw, screen: () => screen }
}

describe('a question on a terminal', () => {
  it.each([
    { typed: 'y\r', answer: 'y' },
    { typed: 'analytics\n', answer: 'analytics' },
    { typed: '\r', answer: '' },
    { typed: 'no\x7f\x7fyes\r', answer: 'yes' },
    { typed: 'y\r\n', answer: 'y' },
  ])('is answered by a line: $typed', async ({ typed, answer }) => {
    const one = asked()
    one.input.write(typed)
    expect(await one.answer).toBe(answer)
    expect(one.screen()).toContain('Apply this plan? [y/N] ')
    expect(one.screen()).toMatch(/\n$/)
  })

  it('takes the first line alone', async () => {
    const one = asked()
    one.input.write('n\ry\r')
    expect(await one.answer).toBe('n')
  })

  it.each([
    { how: 'Ctrl-C', leave: (one: ReturnType<typeof asked>) => void one.input.write('\x03') },
    { how: 'Ctrl-D', leave: (one: ReturnType<typeof asked>) => void one.input.write('\x04') },
    { how: 'the end of the input', leave: (one: ReturnType<typeof asked>) => void one.input.end() },
    { how: 'a signal', leave: (one: ReturnType<typeof asked>) => one.abort() },
  ])('is left by $how, on a line of its own', async ({ leave }) => {
    const one = asked()
    leave(one)
    expect(await one.answer).toBeNull()
    expect(one.screen().match(/\n/g)).toHaveLength(1)
  })

  it.each(['y\r', '\x03', '\x04'])('gives the terminal back as it was: %j', async (typed) => {
    const one = asked()
    one.input.write(typed)
    await one.answer
    expect(one.raw.at(0)).toBe(true)
    expect(one.raw.at(-1)).toBe(false)
    expect(one.input.isPaused()).toBe(true)
  })

  it('is not asked once the run has been interrupted', async () => {
    const output = new PassThrough()
    const answer = await ask('?', { input: new PassThrough(), output }, AbortSignal.abort())
    expect([answer, output.read()]).toEqual([null, null])
  })
})
