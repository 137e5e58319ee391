import { describe, expect, it } from 'vitest'
import { terminalOf } from '../../../../src/adapters/terminal/terminal.ts'

const screen = { isTTY: true, columns: 132 }
const pipe = {}

describe('terminalOf', () => {
  it.each([
    ['a terminal', screen, {}, undefined, true],
    ['a pipe', pipe, {}, undefined, false],
    ['NO_COLOR', screen, { NO_COLOR: '1' }, undefined, false],
    ['an empty NO_COLOR, which says nothing', screen, { NO_COLOR: '' }, undefined, true],
    ['FORCE_COLOR into a pipe', pipe, { FORCE_COLOR: '1' }, undefined, true],
    ['FORCE_COLOR=0', screen, { FORCE_COLOR: '0' }, undefined, false],
    ['FORCE_COLOR over NO_COLOR', pipe, { FORCE_COLOR: '', NO_COLOR: '1' }, undefined, true],
    ['TERM=dumb', screen, { TERM: 'dumb' }, undefined, false],
    ['--no-color over FORCE_COLOR', screen, { FORCE_COLOR: '1' }, false, false],
    ['--color over NO_COLOR', pipe, { NO_COLOR: '1' }, true, true],
  ])('decides on colour: %s', (_, stream, env, flag, colour) => {
    expect(terminalOf(stream, env, 'linux', flag).colour).toBe(colour)
  })

  it.each([
    ['the terminal', screen, { COLUMNS: '60' }, 132],
    ['COLUMNS without a terminal', pipe, { COLUMNS: '60' }, 60],
    ['80 else', pipe, {}, 80],
    ['80 for nonsense', pipe, { COLUMNS: '-3' }, 80],
    ['80 for a terminal of no columns', { isTTY: true, columns: 0 }, {}, 80],
  ])('takes the columns from %s', (_, stream, env, columns) => {
    expect(terminalOf(stream, env, 'linux').columns).toBe(columns)
  })

  it.each([
    ['LANG', { LANG: 'en_US.UTF-8' }, 'linux', true],
    ['LC_ALL over LANG', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'linux', false],
    ['an empty LC_ALL says nothing', { LC_ALL: '', LANG: 'de_DE.utf8' }, 'linux', true],
    ['no locale', {}, 'linux', false],
    ['the Linux console', { TERM: 'linux', LANG: 'C.UTF-8' }, 'linux', false],
    ['Windows', {}, 'win32', true],
  ])('knows whether Unicode can be shown: %s', (_, env, platform, unicode) => {
    expect(terminalOf(screen, env, platform).unicode).toBe(unicode)
  })

  it('is interactive only on a terminal that can redraw a line', () => {
    expect(terminalOf(screen, {}, 'linux').interactive).toBe(true)
    expect(terminalOf(screen, { TERM: 'dumb' }, 'linux').interactive).toBe(false)
    expect(terminalOf(pipe, {}, 'linux', true).interactive).toBe(false)
  })
})
