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

  it('ends when nobody reads its lines any more', async () => {
    using folder = await consumingFolder()
    const result = await folder.consume('log.ts -g g --max-messages 5 --json', {
      env: { SLOW: '5' },
      onStart: (child) => child.stdout!.once('data', () => child.stdout!.destroy()),
    })
    expect(result).toMatchObject({ stderr: '', exitCode: 0 })
    expect(folder.log().length).toBeLessThan(ALL)
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
