import { BrokerError } from '../../../errors.ts'
import type { BrokerAddress } from '../options.ts'
import { BrokerConnection } from './broker-connection.ts'
import { passing } from './failures.ts'
import { authenticate } from './sasl.ts'
import type { ConnectionSettings } from './settings.ts'

/** Into how many shares the time is cut at most, while brokers are looked for that answer. */
const SHARES_MAX = 4

/**
 * A connection, authenticated.
 * @param withinMs for all that this takes
 * @param greet what is asked before logging in: which requests the broker knows
 * @throws BrokerError
 */
export async function connect<Known>(
  address: BrokerAddress,
  settings: ConnectionSettings,
  withinMs: number,
  greet: (connection: BrokerConnection) => Promise<Known>,
): Promise<{ readonly connection: BrokerConnection; readonly known: Known }> {
  const start = performance.now()
  const connection = await BrokerConnection.open(address, {
    ...settings,
    connectTimeoutMs: withinMs,
  })
  try {
    return await connection.within(start, withinMs, async () => {
      const known = await greet(connection)
      if (settings.sasl !== null) await authenticate(connection, settings.sasl)
      return { connection, known }
    })
  } catch (error) {
    connection.close()
    throw error
  }
}

/**
 * Tries brokers one after the other, and all of them within the time.
 * @param ask connects to one of them, and may ask it something
 * @throws BrokerError that says why each did not answer
 */
export async function firstAnswering<Answer extends object>(
  addresses: readonly BrokerAddress[],
  timeoutMs: number,
  ask: (address: BrokerAddress, withinMs: number) => Promise<Answer>,
): Promise<Answer> {
  const failures: BrokerError[] = []
  let leftMs = timeoutMs
  for (const [tried, address] of addresses.entries()) {
    const start = performance.now()
    const shareMs = leftMs / Math.min(SHARES_MAX, addresses.length - tried)
    const withinMs = Math.max(1, Math.ceil(shareMs))
    const answer = await passing(failures, () => ask(address, withinMs))
    if (answer !== null) return answer
    leftMs -= performance.now() - start
  }
  throw noBroker(failures)
}

function noBroker(errors: readonly BrokerError[]): BrokerError {
  const [first] = errors
  if (first !== undefined && errors.length === 1) return first
  return new BrokerError(
    first?.code ?? 'broker.unreachable',
    errors.map(({ message }) => message).join('; '),
    first?.suggestions ?? [],
    first,
  )
}
