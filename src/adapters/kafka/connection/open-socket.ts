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
  const socket = settings.tls === null ? plain(framing, onForeign) : new Socket()
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const secured =
    settings.tls === null
      ? socket
      : connectTls({
          ...settings.tls,
          socket,
          host: address.host,
          ...(isIP(address.host) === 0 && settings.tls.servername === undefined
            ? { servername: address.host }
            : {}),
        })
  const fail = (error: Error) => reject(connectFailure(address, settings, error))
  const timer = setTimeout(
    () => reject(timedOut(address, 'connect', settings.connectTimeoutMs)),
    settings.connectTimeoutMs,
  )
  const closed = () => fail(new Error('the connection was closed while it was made'))
  secured.once(settings.tls === null ? 'connect' : 'secureConnect', () => resolve(secured))
  secured.once('error', fail)
  secured.once('close', closed)
  if (secured !== socket) socket.once('error', fail)
  socket.setNoDelay(true)
  socket.connect(address.port, address.host)
  try {
    await promise
  } catch (error) {
    // Late errors of a socket that is given up have nobody to go to.
    secured.on('error', () => {})
    socket.on('error', () => {})
    secured.destroy()
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    secured.off('error', fail)
    secured.off('close', closed)
  }
  if (settings.tls !== null) {
    secured.on('data', (chunk: Buffer) => {
      const foreign = framing.accept(chunk)
      if (foreign !== null) onForeign(foreign)
    })
  }
  return secured
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
