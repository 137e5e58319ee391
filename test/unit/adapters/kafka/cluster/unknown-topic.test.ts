import { describe, expect, it } from 'vitest'
import { unknownTopic } from '../../../../../src/adapters/kafka/cluster/unknown-topic.ts'

const suggestion = (topic: string, names: readonly string[]) =>
  unknownTopic(topic, names).suggestions.join()

describe('a topic that the cluster does not have', () => {
  it('is answered with the nearest names, nearest first', () => {
    const names = ['payments', 'orders-eu', 'order', 'Orders', 'oders']
    expect(suggestion('orders', names)).toBe('Did you mean Orders, oders, order?')
  })

  it('is answered with names that hold it', () => {
    expect(suggestion('orders', ['prod.eu.orders.v2', 'x'])).toContain('prod.eu.orders.v2')
  })

  it('is answered without a guess where nothing comes near', () => {
    expect(suggestion('orders', ['payments'])).toBe('The cluster has 1 other topic.')
    expect(suggestion('orders', [])).toContain('DESCRIBE')
  })

  it('has a stable code', () => {
    expect(unknownTopic('t', []).code).toBe('broker.unknown-topic')
  })
})
