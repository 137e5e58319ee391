import { BrokerError } from '../../../errors.ts'
import type { BrokerAddress } from '../options.ts'
import { BrokerConnection } from './broker-connection.ts'
import { passing, timedOut } from './failures.ts'
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
  const end = performance.now() + withinMs
  const connection = await BrokerConnection.open(address, {
    ...settings,
    connectTimeoutMs: withinMs,
  })
  const tooLate = () => connection.close(timedOut(address, 'answer', withinMs))
  const timer = setTimeout(tooLate, Math.max(0, end - performance.now()))
  try {
    const known = await greet(connection)
    if (settings.sasl !== null) await authenticate(connection, settings.sasl)
    return { connection, known }
  } catch (error) {
    connection.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Tries brokers one after the other, and all of them within the time.
 * @param open connects to one of them
 * @throws BrokerError that says why each did not answer
 */
export async function firstAnswering<Connected>(
  addresses: readonly BrokerAddress[],
  timeoutMs: number,
  open: (address: BrokerAddress, withinMs: number) => Promise<Connected>,
): Promise<Connected> {
  const failures: BrokerError[] = []
  let leftMs = timeoutMs
  for (const [tried, address] of addresses.entries()) {
    const start = performance.now()
    const shareMs = leftMs / Math.min(SHARES_MAX, addresses.length - tried)
    const withinMs = Math.max(1, Math.ceil(shareMs))
    const connected = await passing(failures, () => open(address, withinMs))
    if (connected !== null) return connected
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
