import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RuntimeMetrics } from '../../src/runtime/watching/metrics.ts'
import { anyEvents, tell } from '../support/watching/arbitrary-events.ts'
import { parsePrometheus } from '../support/watching/parse-prometheus.ts'

const metricsAfter = (events: Parameters<typeof tell>[1]) => {
  const metrics = new RuntimeMetrics({ maxVirtualPartitions: 5 })
  tell(metrics.observe, events)
  return metrics
}

describe('metrics of any events', () => {
  it('are text that a strict reader takes, with the labels that were written', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const metrics = metricsAfter(events)
        const written = metrics.families().filter(({ samples }) => samples.length > 0)
        const wellFormed = (value: string | number) => String(value).toWellFormed()
        expect(parsePrometheus(metrics.prometheusText())).toEqual(
          written.map(({ name, type, help, samples }) => ({
            ...{ name, type, help },
            samples: samples.map(({ labels, value }) => ({
              labels: Object.fromEntries(
                Object.entries(labels).map(([label, of]) => [label, wellFormed(of)]),
              ),
              value,
            })),
          })),
        )
        for (const { name, type } of written) {
          expect(name.endsWith('_total')).toBe(type === 'counter')
        }
      }),
      { numRuns: 200 },
    )
  })

  it('never go below nought, and counters of what stays assigned never go back', () => {
    fc.assert(
      fc.property(anyEvents, anyEvents, (before, later) => {
        const kept = later.filter(
          ([name]) => name !== 'partition.revoked' && name !== 'partition.assigned',
        )
        const metrics = metricsAfter(before)
        const counters = () =>
          new Map(
            metrics.families().flatMap(({ name, type, samples }) =>
              samples.map(({ labels, value }) => {
                expect(value).toBeGreaterThanOrEqual(0)
                return [JSON.stringify([name, labels]), type === 'counter' ? value : 0] as const
              }),
            ),
          )
        const earlier = counters()
        tell(metrics.observe, kept)
        const now = counters()
        for (const [series, value] of earlier) {
          expect(now.get(series) ?? 0).toBeGreaterThanOrEqual(value)
        }
      }),
      { numRuns: 100 },
    )
  })
})
