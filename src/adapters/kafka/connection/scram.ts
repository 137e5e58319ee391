import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** Fewer rounds than RFC 7677 asks for would let a false broker test passwords cheaply. */
const ROUNDS_MIN = 4096

/** Sends a SASL message and gives the broker's answer. */
export type SaslExchange = (message: string) => Promise<string>

/**
 * SCRAM (RFC 5802, RFC 7677): proves to know the password without sending it, and checks that the
 * broker knows it too.
 * @throws Error that says what was wrong with the broker's messages
 */
export async function scram(
  hash: 'sha256' | 'sha512',
  user: string,
  password: string,
  exchange: SaslExchange,
  nonce: string = randomBytes(24).toString('base64'),
): Promise<void> {
  const name = user.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C')
  const clientFirst = `n=${name},r=${nonce}`
  const serverFirst = await exchange(`n,,${clientFirst}`)
  const fields = fieldsOf(serverFirst)
  const serverNonce = fields.get('r') ?? ''
  const salt = Buffer.from(fields.get('s') ?? '', 'base64')
  const rounds = Number(fields.get('i'))
  if (!serverNonce.startsWith(nonce) || serverNonce === nonce || salt.length === 0) {
    throw new Error('the broker sent a SCRAM challenge that does not fit')
  }
  if (!(rounds >= ROUNDS_MIN)) throw new Error(`the broker asked for only ${rounds} SCRAM rounds`)

  const size = createHash(hash).update('').digest().length
  const salted = await derive(password.normalize('NFKC'), salt, rounds, size, hash)
  const hmac = (key: Uint8Array, text: string) => createHmac(hash, key).update(text).digest()
  const clientKey = hmac(salted, 'Client Key')
  const storedKey = createHash(hash).update(clientKey).digest()
  const clientFinal = `c=biws,r=${serverNonce}`
  const signed = `${clientFirst},${serverFirst},${clientFinal}`
  const signature = hmac(storedKey, signed)
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ signature[i]!)).toString('base64')

  const answer = fieldsOf(await exchange(`${clientFinal},p=${proof}`))
  const expected = hmac(hmac(salted, 'Server Key'), signed)
  const given = Buffer.from(answer.get('v') ?? '', 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Error(answer.get('e') ?? 'the broker does not know the password itself')
  }
}

function fieldsOf(message: string): Map<string, string> {
  return new Map(message.split(',').map((field) => [field.slice(0, 1), field.slice(2)]))
}
