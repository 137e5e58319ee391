import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts what a consumer has done, from its first message to its last one; the Node side is
 * tally.ts. With check=1 it also looks whether each message came once, and those of a key in order
 * and one at a time.
 */
final class Tally {
  private static final int FIRST_WITHIN_SECONDS = 60;

  private final long expected;
  private final int seconds;
  private final boolean check;
  private final AtomicLong done = new AtomicLong();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch complete = new CountDownLatch(1);
  private volatile boolean started;
  private long startNanos;
  private long startCpu;
  private long endNanos;
  private long endCpu;

  /** Guarded by this. */
  private final Map<String, Long> lastOffsets = new HashMap<>();

  private final Set<String> running = new HashSet<>();
  private final Map<Integer, BitSet> seen = new HashMap<>();
  private long disorder;
  private long overlaps;
  private long duplicates;

  Tally(Job job) {
    expected = job.number("messages");
    seconds = job.number("seconds");
    check = job.check();
  }

  /** A message is about to be worked on. */
  void begin(ConsumerRecord<String, byte[]> record) {
    if (!started) start();
    if (check) checkBegin(record);
  }

  /** A message has been worked on. */
  void end(ConsumerRecord<String, byte[]> record) {
    if (check) checkEnd(record);
    if (done.incrementAndGet() == expected) finish();
  }

  private synchronized void start() {
    if (started) return;
    startNanos = System.nanoTime();
    startCpu = cpuNanos();
    started = true;
    begun.countDown();
  }

  private void finish() {
    endNanos = System.nanoTime();
    endCpu = cpuNanos();
    complete.countDown();
  }

  /** Waits for the last message, or until time is over. Returns what came of it, as JSON. */
  String await() throws InterruptedException {
    if (!begun.await(FIRST_WITHIN_SECONDS, TimeUnit.SECONDS))
      throw new IllegalStateException("no message came");
    long left = startNanos + seconds * 1_000_000_000L - System.nanoTime();
    boolean cut = !complete.await(left, TimeUnit.NANOSECONDS);
    long messages = cut ? done.get() : expected;
    double taken = ((cut ? System.nanoTime() : endNanos) - startNanos) / 1e9;
    double cpu = ((cut ? cpuNanos() : endCpu) - startCpu) / 1e9;
    synchronized (this) {
      return String.format(
          Locale.ROOT,
          "{\"messages\":%d,\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"cut\":%b,"
              + "\"disorder\":%d,\"overlaps\":%d,\"duplicates\":%d}",
          messages, taken, cpu, cut, disorder, overlaps, duplicates);
    }
  }

  /** Whether the last message was done in time. */
  boolean isComplete() {
    return complete.getCount() == 0;
  }

  private synchronized void checkBegin(ConsumerRecord<String, byte[]> record) {
    Long last = lastOffsets.put(record.key(), record.offset());
    if (last != null && last >= record.offset()) disorder++;
    if (!running.add(record.key())) overlaps++;
    BitSet offsets = seen.computeIfAbsent(record.partition(), partition -> new BitSet());
    if (offsets.get((int) record.offset())) duplicates++;
    offsets.set((int) record.offset());
  }

  private synchronized void checkEnd(ConsumerRecord<String, byte[]> record) {
    running.remove(record.key());
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
