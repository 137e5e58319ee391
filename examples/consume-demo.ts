/**
 * For the command line, on the embedded demo cluster of this checkout:
 * npx pstool consume examples/consume-demo.ts --until-end
 */
import { Consumer, defineConsumer } from 'pstool'

/** Kind of event -> how many there were. */
export const totals = new Map<string, number>()

export class CountEvents extends Consumer {
  consume(): void {
    for (const message of this.messages) {
      const { event } = message.payload as { event: string }
      totals.set(event, (totals.get(event) ?? 0) + 1)
    }
  }
}

export default defineConsumer({
  group: 'demo',
  topics: [
    { topic: 'user_events', consumer: CountEvents, virtualPartitions: { maxPartitions: 5 } },
  ],
})
