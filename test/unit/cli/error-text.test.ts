import { expect, it } from 'vitest'
import { errorText } from '../../../src/cli/error-text.ts'

const error = {
  message: 'cannot reach the broker 127.0.0.1:1',
  suggestions: ['Check host and port.', 'Give a flag:  --source x'],
}

it('tells what is wrong, and below it what to do', () => {
  expect(errorText(error, undefined)).toBe(
    [
      'Error: cannot reach the broker 127.0.0.1:1',
      '  Check host and port.',
      '  Give a flag:  --source x',
      '',
    ].join('\n'),
  )
})

it('breaks lines between words on a terminal, further in than they began', () => {
  expect(errorText(error, 24)).toBe(
    [
      ...['Error: cannot reach', '  the broker 127.0.0.1:1'],
      ...['  Check host and port.', '  Give a flag:', '    --source x', ''],
    ].join('\n'),
  )
})

it('lets nothing that was typed command the terminal', () => {
  const text = errorText({ message: 'no file \u001b[2J\u0007', suggestions: [] }, 80)
  expect(text).not.toContain('\u001b')
})
