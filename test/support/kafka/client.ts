import { Admin, type BaseOptions } from '@platformatic/kafka'

/**
 * How tests connect. Times are long because the machine may be busy; a request that is given up and
 * sent again may have been heeded the first time.
 */
export function clientOptions(brokers: string): BaseOptions {
  return {
    clientId: 'pstool-test',
    bootstrapBrokers: brokers.split(','),
    connectTimeout: 30_000,
    timeout: 30_000,
    retries: 5,
    retryDelay: 200,
  }
}

/** Uses an Admin of its own and closes it. */
export async function withAdmin<T>(brokers: string, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin(clientOptions(brokers))
  try {
    return await use(admin)
  } finally {
    await admin.close()
  }
}
