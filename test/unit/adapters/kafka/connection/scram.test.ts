import { describe, expect, it } from 'vitest'
import { scram } from '../../../../../src/adapters/kafka/connection/scram.ts'

/** The exchange of RFC 7677, section 3. */
const NONCE = 'rOprNGfwEbeRWgbNEkqO'
const SERVER_FIRST =
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
const SERVER_FINAL = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='

function exchangeWith(...answers: string[]) {
  const sent: string[] = []
  const exchange = async (message: string) => {
    sent.push(message)
    return answers[sent.length - 1]!
  }
  return { sent, exchange }
}

describe('SCRAM', () => {
  it("sends what RFC 7677's example sends", async () => {
    const { sent, exchange } = exchangeWith(SERVER_FIRST, SERVER_FINAL)
    await scram('sha256', 'user', 'pencil', exchange, NONCE)
    expect(sent).toEqual([
      'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,' +
        'p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    ])
  })

  it('escapes what separates fields', async () => {
    const { sent, exchange } = exchangeWith('r=x')
    await expect(scram('sha256', 'a=b,c', 'p', exchange, NONCE)).rejects.toThrow()
    expect(sent[0]).toBe(`n,,n=a=3Db=2Cc,r=${NONCE}`)
  })

  it.each([
    ['a foreign nonce', SERVER_FIRST.replace('rOpr', 'xOpr'), SERVER_FINAL],
    [
      'its own nonce alone',
      SERVER_FIRST.replace('%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0', ''),
      SERVER_FINAL,
    ],
    ['no salt', SERVER_FIRST.replace(/s=[^,]*/, 's='), SERVER_FINAL],
    ['too few rounds', SERVER_FIRST.replace('4096', '4095'), SERVER_FINAL],
    ['no rounds', SERVER_FIRST.replace(',i=4096', ''), SERVER_FINAL],
    ['a signature that shows it does not know the password', SERVER_FIRST, 'v=AAAA'],
    ['an error', SERVER_FIRST, 'e=other-error'],
  ])('does not trust a broker that sends %s', async (_, first, final) => {
    const { exchange } = exchangeWith(first, final)
    await expect(scram('sha256', 'user', 'pencil', exchange, NONCE)).rejects.toThrow(
      /SCRAM|broker|other-error/,
    )
  })
})
