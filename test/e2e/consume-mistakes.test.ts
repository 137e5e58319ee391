import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pstool } from '../support/cli.ts'
import { consumingFolder } from '../support/e2e/consuming.ts'

let folder: Awaited<ReturnType<typeof consumingFolder>>
const taken = createServer()
beforeAll(async () => {
  folder = await consumingFolder({
    'none.ts': 'export const handler = () => {}\n',
    'broken.ts': 'export default {\n',
    'throws.ts': "\nthrow new Error('no settings')\n",
    'stuck.mjs': 'await new Promise(() => {})\nexport default { eachMessage() {} }\n',
    'settings.ts': `export default {
      group: 'g', concurency: 1,
      topics: [{
        topic: 'events', eachMessage() {}, virtualPartitions: {},
        deadLetterQueue: { topic: 'dead', maxRetries: 0 },
      }],
    }`,
  })
  await once(taken.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  folder[Symbol.dispose]()
  taken.close()
})

/** What is typed behind `pstool consume`, the code, and what is said; more is in the unit tests. */
const mistakes: readonly (readonly [args: string, code: string, says: RegExp])[] = [
  ['nothing.ts -g g', 'module.not-found', /there is no file .*nothing\.ts/],
  ['none.ts -g g', 'consume.no-consumer', /none\.ts has no default export.*by name: handler/s],
  ['broken.ts -g g', 'module.syntax', /broken\.ts:\d+: /],
  ['throws.ts -g g', 'module.threw', /throws\.ts:2: threw Error: no settings/],
  ['stuck.mjs -g g', 'module.unsettled', /stuck\.mjs: waits at its top level/],
  ['.. -g g', 'module.not-found', /there is no file/],
  ['log.ts -g g --source local:no.db/t', 'local.missing', /no\.db/],
  ['settings.ts', 'runtime.bad-settings', /2 settings.*concurency.*maxRetries/s],
  ['log.ts -g g --topics events --spawn', 'flags.no-effect', /--spawn has .*without segments/],
  ['log.ts -g g --source local:c.db/dead --cluster c', 'usage.flags', /--cluster/],
  ['log.ts -g g --topics events --limit 0', 'flags.bad-value', /--limit/],
  ['log.ts -g g --topics events --trace no/t.json', 'output.unwritable', /no\/t\.json/],
  ['log.ts -g g --topics events --report .', 'output.unwritable', /^\. cannot be written/],
  ['log.ts -g g --topics events --trace= --until-end', 'flags.empty', /--trace/],
  ['log.ts -g g --topics events --trace f --report ./f', 'flags.same-file', /both write f/],
  ['log.ts -g g-parallel-1 --topics events --segments 2', 'runtime.bad-settings', /-parallel-/],
]

describe.concurrent('pstool consume refuses', () => {
  it.each(mistakes)('%s', async (args, code, says) => {
    const result = await pstool(['consume', ...args.split(' '), '--json'], { cwd: folder.path })
    expect({ ...result, stdout: '' }).toMatchObject({ exitCode: 2, stderr: '' })
    const { error } = JSON.parse(result.stdout)
    expect(error).toMatchObject({ code })
    expect([error.message, ...error.suggestions].join('\n')).toMatch(says)
    expect(result.stdout.split('\n')).toHaveLength(2)
    expect(folder.log()).toEqual([])
  })

  it('a port for metrics that is taken', async () => {
    const { port } = taken.address() as AddressInfo
    const result = await folder.consume(`log.ts -g g --metrics-port ${port}`)
    expect(result).toMatchObject({ exitCode: 2, stdout: '' })
    expect(result.stderr).toContain(`Port ${port} of 127.0.0.1 is in use`)
  })

  it('a topic that is not there, with the one that may be meant', async () => {
    const args = ['consume', 'log.ts', '-g', 'g', '--topics', 'event']
    const result = await pstool(args, { cwd: folder.path })
    expect(result).toMatchObject({ exitCode: 4, stdout: '' })
    expect(result.stderr).toMatch(/no topic "event"\n +Did you mean events\?/)
  })

  it('a topic of dead letters that is not there, before a message needs it', async () => {
    const result = await folder.consume('log.ts -g g --dead-letter-topic deed')
    expect(result).toMatchObject({ exitCode: 4, stdout: '' })
    expect(result.stderr).toMatch(/no topic "deed"\n +Did you mean dead\?/)
  })

  it('a broker that does not answer, with exit code 4', async () => {
    const args = 'consume log.ts -g g --source kafka://127.0.0.1:1/t --until-end'
    const result = await pstool(args.split(' '), { cwd: folder.path })
    expect(result).toMatchObject({ exitCode: 4, stdout: '' })
    expect(result.stderr).toContain('127.0.0.1:1')
  })
})
