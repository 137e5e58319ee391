import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { locateKafka } from '../support/kafka/locate.ts'
import { freePorts } from '../support/kafka/ports.ts'

const guard = join(import.meta.dirname, '../support/kafka/guard.ts')

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Starts a process that starts the guard over a sleeper, and tells the sleeper's pid. */
async function startedRun(folder: string): Promise<{ run: ChildProcess; sleeper: number }> {
  const sleeper = `console.log(process.pid); setInterval(() => {}, 1000)`
  const run = `
    import { spawn } from 'node:child_process'
    const command = [process.execPath, '-e', ${JSON.stringify(sleeper)}]
    const args = [${JSON.stringify(guard)}, ${JSON.stringify(folder)}, ...command]
    spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'], detached: true })
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', run])
  const [line] = await once(child.stdout, 'data')
  return { run: child, sleeper: Number(String(line)) }
}

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'leaves no process and no data behind when the run ends by %s',
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'pstool-guard-'))
    await writeFile(join(folder, 'data'), 'x')
    const { run, sleeper } = await startedRun(folder)
    expect(isAlive(sleeper)).toBe(true)
    run.kill(signal)
    await expect.poll(() => isAlive(sleeper), { timeout: 60_000 }).toBe(false)
    await expect.poll(() => existsSync(folder), { timeout: 60_000 }).toBe(false)
  },
)

it('says which named broker does not answer', async () => {
  const [port] = await freePorts(1)
  await expect(locateKafka(`127.0.0.1:${port}`)).rejects.toThrow(
    `PSTOOL_TEST_KAFKA=127.0.0.1:${port}`,
  )
})

it('says what to do where there is neither Docker nor Java', async () => {
  const environment = { ...process.env, PATH: '', DOCKER_HOST: await deadEngine() }
  const script = `
    import { locateKafka } from ${JSON.stringify(join(import.meta.dirname, '../support/kafka/locate.ts'))}
    try { await locateKafka('') } catch (error) { console.log(error.message) }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: environment,
  })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  await once(child, 'close')
  const message = Buffer.concat(said).toString()
  for (const way of ['PSTOOL_TEST_KAFKA=', 'Docker', 'Java 17']) expect(message).toContain(way)
})

/** An address that takes connections and never answers. */
async function deadEngine(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `tcp://127.0.0.1:${address.port}`
}
