import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, describeTransactionsV0, FindCoordinatorKeyTypes } from '@platformatic/kafka'
import { clientOptions, withAdmin } from './client.ts'

const ENDED = ['CompleteCommit', 'CompleteAbort']

/**
 * Waits until a transaction has ended in every partition that it wrote to. Producers are answered
 * as soon as the coordinator has decided; it calls a transaction complete when all the partitions
 * have its marker, and with it their last stable offset has moved on.
 */
export async function transactionEnded(brokers: string, transactionalId: string): Promise<void> {
  const [coordinator] = await withAdmin(brokers, (admin) =>
    admin.findCoordinator({
      keyType: FindCoordinatorKeyTypes.TRANSACTION,
      keys: [transactionalId],
    }),
  )
  const { clientId } = clientOptions(brokers)
  const connection = new Connection(clientId)
  await connection.connect(coordinator!.host, coordinator!.port)
  try {
    for (;;) {
      const response = await describeTransactionsV0.api.async(connection, [transactionalId])
      const [described] = response.transactionStates
      if (ENDED.includes(described!.transactionState)) return
      await sleep(20)
    }
  } finally {
    await connection.close()
  }
}
