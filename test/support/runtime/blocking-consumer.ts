import { Consumer } from '../../../src/runtime/consumer.ts'

/** For threads: a message holds its thread for as many milliseconds as its value says. */
export default class BlockingConsumer extends Consumer {
  consume(): void {
    const nobody = new Int32Array(new SharedArrayBuffer(4))
    for (const { payload } of this.messages) Atomics.wait(nobody, 0, 0, Number(payload))
  }
}
