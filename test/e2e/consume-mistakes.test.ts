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
    'number.ts': 'export default 42\n',
    'class.ts': 'export default class { consume() {} }\n',
    'broken.ts': 'export default {\n',
    'throws.ts': "\nthrow new Error('no settings')\n",
    'ungrouped.ts': "export default { topics: [{ topic: 'events', eachMessage() {} }] }\n",
    'hidden.ts': "export default { group: 'g', topics: [{ topic: 'a', eachMessage() {} }] }\n",
    'two.ts':
      "const eachMessage = () => {}\nexport default { group: 'g', topics: [{ topic: 'a', eachMessage }, { topic: /^b/, eachMessage }] }\n",
    'settings.ts':
      "export default { group: 'g', concurency: 1, topics: [{ topic: 'events', eachMessage() {}, deadLetterQueue: { topic: 'dead', maxRetries: 0 }, virtualPartitions: {} }] }\n",
  })
  await once(taken.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  folder[Symbol.dispose]()
  taken.close()
})

/** What is typed behind `pstool consume`, the code, and what is said. */
const mistakes: readonly (readonly [args: string, code: string, says: RegExp])[] = [
  ['nothing.ts -g g', 'module.not-found', /there is no file .*nothing\.ts/],
  ['none.ts -g g', 'consume.no-consumer', /none\.ts has no default export.*by name: handler/s],
  ['number.ts -g g', 'consume.no-consumer', /number\.ts is no consumer.*extends Consumer/s],
  ['class.ts -g g', 'consume.no-consumer', /class\.ts is no consumer/],
  ['broken.ts -g g', 'module.syntax', /broken\.ts:\d+: /],
  ['throws.ts -g g', 'module.threw', /throws\.ts:2: threw Error: no settings/],
  ['log.ts', 'consume.no-group', /--group NAME/],
  ['log.ts -g g --cluster c', 'consume.no-topics', /--topics A,B/],
  ['log.ts -g g --source state.json', 'consume.no-cluster', /state\.json .*pstool local load/s],
  ['log.ts -g g --source local:c.db', 'consume.no-topics', /--topics/],
  ['log.ts -g g --source local:no.db/t', 'local.no-file', /no\.db/],
  ['log.ts -g g --topics a,,b', 'flags.bad-value', /--topics/],
  ['two.ts --topics c', 'consume.unknown-topic', /consumer for c.*a, \/\^b\//s],
  ['settings.ts', 'runtime.bad-settings', /2 settings.*concurency.*maxRetries/s],
  ['hidden.ts --threads', 'consume.not-exported', /exports no consumer of its threads/],
  ['log.ts -g g --topics events --segment-ids 0', 'flags.no-effect', /without segments/],
  ['log.ts -g g --topics events --spawn', 'flags.no-effect', /--spawn has .*without segments/],
  ['log.ts -g g --topics events --segments 2 --segment-ids 2', 'flags.bad-value', /from 0 to 1/],
  ['log.ts -g g --topics events --distribution balanced', 'flags.no-effect', /--virtual-part/],
  ['log.ts -g g --topics events --partitioner key', 'flags.no-effect', /--partitioner has/],
  ['log.ts -g g --topics events --max-retries 2', 'flags.no-effect', /without dead letters/],
  ['log.ts -g g --topics events --protocol classic', 'flags.no-effect', /about Kafka/],
  ['log.ts -g g --topics events --source local:c.db/dead', 'flags.no-effect', /--topics has/],
  [
    'log.ts -g g --topics events --segments 2 --spawn --limit 3',
    'flags.no-effect',
    /--limit has no effect with --spawn/,
  ],
  ['log.ts -g g --source local:c.db/dead --cluster c', 'usage.flags', /--cluster/],
  ['log.ts -g g --topics events --limit 0', 'flags.bad-value', /--limit/],
  ['log.ts -g g --topics events --shutdown-timeout 5', 'flags.bad-value', /--shutdown-timeout/],
  ['log.ts -g g --topics events --trace no/t.json', 'output.unwritable', /no\/t\.json/],
  ['log.ts -g g --topics events --vps 2 --partitioner kye', 'runtime.bad-settings', /kye/],
  ['log.ts -g g-parallel-1 --topics events --segments 2', 'runtime.bad-settings', /-parallel-/],
  ['ungrouped.ts', 'consume.no-group', /consumer group/],
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
    const args = ['consume', 'log.ts', '-g', 'g', '--topics', 'events', '--metrics-port', `${port}`]
    const result = await pstool(args, { cwd: folder.path })
    expect(result).toMatchObject({ exitCode: 2, stdout: '' })
    expect(result.stderr).toContain(`Port ${port} of 127.0.0.1 is in use`)
  })

  it('a broker that does not answer, with exit code 4', async () => {
    const args = [
      'consume',
      'log.ts',
      '-g',
      'g',
      '--source',
      'kafka://127.0.0.1:1/t',
      '--until-end',
    ]
    const result = await pstool(args, { cwd: folder.path })
    expect(result).toMatchObject({ exitCode: 4, stdout: '' })
    expect(result.stderr).toContain('127.0.0.1:1')
  })
})
