import { isIP, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { BrokerAddress } from '../options.ts'
import { connectFailure, timedOut } from './failures.ts'
import type { ResponseFraming } from './response-framing.ts'
import type { ConnectionSettings } from './settings.ts'

/**
 * Connects, with TLS where asked for, and leads what comes to the framing.
 * @param onForeign called with bytes that are no response
 * @throws BrokerError
 */
export async function openSocket(
  address: BrokerAddress,
  settings: ConnectionSettings,
  framing: ResponseFraming,
  onForeign: (start: Uint8Array) => void,
): Promise<Socket> {
  const { host, port } = address
  const socket =
    settings.tls === null
      ? plain(framing, onForeign).connect(port, host)
      : connectTls({ ...serverName(host), ...settings.tls, host, port })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = (error: Error) => reject(connectFailure(address, settings, error))
  const closed = () => fail(new Error('the connection was closed while it was made'))
  const timer = setTimeout(
    () => reject(timedOut(address, 'connect', settings.connectTimeoutMs)),
    settings.connectTimeoutMs,
  )
  // Stays for good: later errors reject in vain here and reach the connection's own listener.
  socket.on('error', fail)
  socket.once('close', closed)
  socket.once(settings.tls === null ? 'connect' : 'secureConnect', () => resolve())
  socket.setNoDelay(true)
  try {
    await promise
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    socket.off('close', closed)
  }
  if (settings.tls !== null) {
    socket.on('data', (chunk: Buffer) => {
      const foreign = framing.accept(chunk)
      if (foreign !== null) onForeign(foreign)
    })
  }
  return socket
}

/** TLS asks for the host by name, which an IP address is not. */
function serverName(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {}
}

/** A socket that reads straight into the framing's buffers. */
function plain(framing: ResponseFraming, onForeign: (start: Uint8Array) => void): Socket {
  return new Socket({
    onread: {
      buffer: () => framing.target(),
      callback: (length: number) => {
        const foreign = framing.advance(length)
        if (foreign !== null) onForeign(foreign)
        return foreign === null
      },
    },
  })
}
