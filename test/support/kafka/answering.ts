import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'

/**
 * Waits until the address answers a Metadata request that names exactly as many live nodes; 'any' is at least one.
 * @param alive looked at between the attempts; throws when waiting has become useless
 * @throws Error when that takes longer than `timeoutMs`
 */
export async function answering(
  address: string,
  nodes: number | 'any',
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

async function attempt(address: string, nodes: number | 'any'): Promise<string | null> {
  const admin = new Admin({
    clientId: 'pstool-test',
    bootstrapBrokers: [address],
    retries: 0,
    connectTimeout: 1000,
    timeout: 1000,
  })
  try {
    const { brokers } = await admin.metadata({ topics: [] })
    const known = brokers.size
    if (nodes === 'any' ? known > 0 : known === nodes) return null
    return `it knows ${known} nodes instead of ${nodes}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await admin.close()
  }
}
