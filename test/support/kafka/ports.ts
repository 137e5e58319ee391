import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Below what Linux, macOS and Windows give to whoever asks for any port. */
const FIRST = 20_000
const LAST = 32_000

/**
 * Ports of the loopback that nobody listens on now, different ones, and that nobody gets who does
 * not ask for them by number: they stay free until they are used, or used again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = new Map<number, Server>()
  while (servers.size < count) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (servers.has(port)) continue
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (isFree) servers.set(port, server)
  }
  const closed = [...servers.values()].map((server) => {
    server.close()
    return once(server, 'close')
  })
  await Promise.all(closed)
  return [...servers.keys()]
}
