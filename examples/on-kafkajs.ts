/** An application on kafkajs keeps its client: its connections, its log-in, its settings. */
import { Kafka } from 'kafkajs'
import { type ConsumerSource, createRuntime, kafkaJsSource, type Runtime } from 'pstool'
import type { Settings } from './settings.ts'

/** The application's own client. */
export const kafka = new Kafka({ clientId: 'shop', brokers: ['localhost:9092'] })

/** Parcels whose state was read, by shipment. */
export const parcels = new Map<string, string[]>()

export const settings: Settings = {
  group: 'shipping',
  topics: [
    {
      topic: 'shipments',
      eachMessage({ payload }) {
        const { id, state } = payload as { readonly id: string; readonly state: string }
        parcels.set(id, [...(parcels.get(id) ?? []), state])
      },
      virtualPartitions: { partitioner: 'payload:/id', maxPartitions: 10 },
    },
  ],
}

/** In the place of `kafka.consumer({ groupId: 'shipping' })` and its `run`. */
export function startShipping(source: ConsumerSource = kafkaJsSource(kafka)): Runtime {
  const runtime = createRuntime({ ...settings, source })
  runtime.on('error.occurred', ({ type, error }) => console.error(type, error))
  return runtime
}
