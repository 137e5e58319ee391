import { Consumer, defineConsumer } from 'pstool'

/** What the demo topic holds. */
interface UserEvent {
  readonly user: string
  readonly event: string
}

/** Counts a virtual partition's events by kind; one instance lives per virtual partition. */
export class CountEvents extends Consumer {
  private readonly counts = new Map<string, number>()

  consume(): void {
    for (const message of this.messages) {
      const { event } = message.payload as UserEvent
      this.counts.set(event, (this.counts.get(event) ?? 0) + 1)
    }
  }
}

// npx pstool consume examples/consume-demo.ts --until-end
export default defineConsumer({
  group: 'demo',
  topics: [
    { topic: 'user_events', consumer: CountEvents, virtualPartitions: { maxPartitions: 5 } },
  ],
})
