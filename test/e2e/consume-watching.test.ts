import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { ALL, consumingFolder, linesOf } from '../support/e2e/consuming.ts'
import { checkHtml } from '../support/watching/check-html.ts'
import { parsePrometheus } from '../support/watching/parse-prometheus.ts'

const problemsOf = (kind: string, document: unknown) => {
  const url = new URL(`../../schemas/${kind}.schema.json`, import.meta.url)
  const validate = new Ajv2020({ strict: true }).compile(JSON.parse(readFileSync(url, 'utf8')))
  validate(document)
  return validate.errors ?? []
}

describe.concurrent('watching pstool consume', () => {
  it('serves its figures to Prometheus, and its health', async () => {
    using folder = await consumingFolder()
    const scraped = Promise.withResolvers<{ metrics: string; health: string }>()
    const result = await folder.consume('log.ts -g g --metrics-port 0', {
      onStart(child) {
        child.stderr!.once('data', (line: Buffer) => {
          const url = /^Metrics: (http:\/\/127\.0\.0\.1:\d+\/metrics)\n$/.exec(String(line))![1]!
          void scrape(url, folder.log).then(scraped.resolve, scraped.reject)
          scraped.promise.then(
            () => child.kill('SIGTERM'),
            () => child.kill('SIGTERM'),
          )
        })
      },
    })
    const { metrics, health } = await scraped.promise
    expect(result.exitCode).toBe(143)
    expect(JSON.parse(health)).toEqual({ healthy: true, partitions: 4 })
    expect(parsePrometheus(metrics)).toBeTruthy()
    expect(metrics).toMatch(/^pstool_up\{group="g"\} 1$/m)
  })

  it('writes a trace that is what its schema says, and a page that needs nothing else', async () => {
    using folder = await consumingFolder()
    const args = '--vps 2 --concurrency 3 --trace trace.json --report report.html --until-end'
    const result = await folder.consume(`log.ts -g g ${args} --json`)
    expect(result).toMatchObject({ stderr: '', exitCode: 0 })
    expect(problemsOf('consumption', linesOf(result.stdout).at(-1))).toEqual([])
    const read = (name: string) => readFileSync(join(folder.path, name), 'utf8')
    const trace = JSON.parse(read('trace.json'))
    expect(problemsOf('consume-trace', trace)).toEqual([])
    expect(trace).toMatchObject({ group: 'g', concurrency: 3, totals: { messages: ALL } })
    const page = read('report.html')
    const attributes = checkHtml(page).flatMap((each) => Object.keys(each.attributes))
    expect(attributes.filter((name) => name === 'src' || name === 'href')).toEqual([])
    expect(page).toContain(`${ALL} messages`)
    expect(readdirSync(folder.path).filter((name) => name.includes('tmp'))).toEqual([])
  })

  it.each([
    ['stdout', ''],
    ['stderr', ''],
    ['stdout', ' --segments 2 --spawn'],
  ] as const)('ends when nobody reads its %s any more%s', async (stream, args) => {
    using folder = await consumingFolder({
      'trouble.ts': `
        import log from './log.ts'
        const eachMessage = async (message, context) => {
          await log.eachMessage(message, context)
          if (message.offset === 2n) throw new Error('bad')
        }
        export default { eachMessage, pause: { timeoutMs: 1 } }`,
    })
    const flags = stream === 'stdout' ? '--json' : ''
    const result = await folder.consume(`trouble.ts -g g --max-messages 5 ${flags}${args}`.trim(), {
      env: { SLOW: '5' },
      onStart: (child) => child[stream]!.once('data', () => child[stream]!.destroy()),
    })
    expect(result).toMatchObject({ exitCode: 0, signal: null })
    if (stream === 'stderr') expect(result.stdout).toMatch(/consumed, then nobody read on\n/)
  })

  it('tells what was done also where its trace cannot be written in the end', async () => {
    using folder = await consumingFolder({
      'out/here.txt': '',
      'removing.ts': `
        import { rmSync } from 'node:fs'
        export default { eachMessage() { rmSync('out', { recursive: true, force: true }) } }`,
    })
    const args = 'removing.ts -g g --until-end --trace out/t.json'
    const { stdout, stderr, exitCode } = await folder.consume(args)
    expect(exitCode).toBe(2)
    expect(stdout).toContain(`g: ${ALL} messages consumed, up to the end\n`)
    expect(stderr).toMatch(/^Error: out\/t\.json cannot be written: /)
  })
})

/** The figures once a message was consumed. */
async function scrape(url: string, log: () => readonly unknown[]) {
  for (;;) {
    const metrics = await (await fetch(url)).text()
    if (log().length > 0 && /^pstool_\w*consumed\w*\{.*\} [1-9]/m.test(metrics)) {
      return { metrics, health: await (await fetch(url.replace('metrics', 'health'))).text() }
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
