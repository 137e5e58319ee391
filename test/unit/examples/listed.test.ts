import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const text = (file: string) => readFileSync(file, 'utf8')
const files = globSync('examples/*.ts').map((file) => file.slice('examples/'.length))

describe('the examples', () => {
  it('are each in their README, and run by a test', () => {
    const readme = text('examples/README.md')
    const tests = globSync('test/unit/examples/*.test.ts').map(text).join('\n')
    const shared = ['settings.ts', 'text.ts']
    expect(files.filter((file) => !readme.includes(`(${file})`))).toEqual(shared)
    const own = [...shared, 'cpu-bound-consumer.ts']
    expect(files.filter((file) => !tests.includes(`examples/${file}'`))).toEqual(own.sort())
  })

  it('are what the README of the package shows', () => {
    const shown = /## A consumer runtime[\s\S]*?```ts\n([\s\S]*?)\nawait billing/.exec(
      text('README.md'),
    )
    expect(shown?.[1]).toBe(text('examples/first-runtime.ts'))
  })
})
