import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'

/**
 * Waits until the address answers a Metadata request that names as many live nodes.
 * @param alive looked at between the attempts; throws when waiting has become useless
 * @throws Error when that takes longer than `timeoutMs`
 */
export async function answering(
  address: string,
  nodes: number,
  timeoutMs: number,
  alive: () => void = () => {},
): Promise<void> {
  const end = Date.now() + timeoutMs
  for (;;) {
    alive()
    const reason = await attempt(address, nodes)
    if (reason === null) return
    if (Date.now() > end)
      throw new Error(`no Kafka at ${address} after ${timeoutMs / 1000} s: ${reason}`)
    await sleep(100)
  }
}

async function attempt(address: string, nodes: number): Promise<string | null> {
  const admin = new Admin({
    clientId: 'pstool-test',
    bootstrapBrokers: [address],
    retries: 0,
    connectTimeout: 1000,
    timeout: 1000,
  })
  try {
    const { brokers } = await admin.metadata({ topics: [] })
    return brokers.size >= nodes ? null : `${brokers.size} of ${nodes} nodes are alive`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await admin.close()
  }
}
