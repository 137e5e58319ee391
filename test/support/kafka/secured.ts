import { inject } from 'vitest'
import type { SecuredKafka } from './access.ts'

/** The listeners with TLS and SASL. @throws Error that says why there are none */
export function securedKafka(): SecuredKafka {
  const secured = inject('kafkaSecured')
  if (secured !== null) return secured
  throw new Error(
    'the broker named by PSTOOL_TEST_KAFKA is used without TLS and SASL, and no broker with them ' +
      'could be started beside it: start Docker, or install Java 17 and Maven',
  )
}
