import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * The pool that teams write by hand: what a poll gave is split by the key's hash over as many lists
 * as there are threads, all are worked on, and when the last one has ended the offsets are committed
 * and the next poll follows. With concurrency=1 it is the plain sequential consumer, without pool.
 */
public final class BarrierPool {
  private final Tally tally;
  private final IoClient io;

  private BarrierPool(Tally tally, IoClient io) {
    this.tally = tally;
    this.io = io;
  }

  public static void main(String[] args) throws Exception {
    Job job = new Job(args);
    Tally tally = new Tally(job);
    BarrierPool pool = new BarrierPool(tally, job.openIo());
    Thread consuming = new Thread(() -> pool.consume(job), "consuming");
    consuming.setDaemon(true);
    consuming.setUncaughtExceptionHandler(
        (thread, error) -> {
          error.printStackTrace();
          Runtime.getRuntime().halt(1);
        });
    consuming.start();
    System.out.println(tally.await());
    if (job.check() && tally.isComplete()) {
      consuming.interrupt();
      consuming.join();
    }
    System.exit(0);
  }

  private void consume(Job job) {
    int concurrency = job.number("concurrency");
    ExecutorService threads = concurrency == 1 ? null : Executors.newFixedThreadPool(concurrency);
    try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(job.consumerSettings())) {
      consumer.subscribe(List.of(job.text("topic")));
      while (true) {
        ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(100));
        if (records.isEmpty()) continue;
        if (threads == null) for (ConsumerRecord<String, byte[]> record : records) work(record);
        else for (Future<Void> future : threads.invokeAll(split(records, concurrency))) future.get();
        consumer.commitAsync();
      }
    } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException stopped) {
      // All messages are done; closing waits for the commit that is under way.
      Thread.interrupted();
    } catch (java.util.concurrent.ExecutionException error) {
      throw new IllegalStateException(error);
    }
  }

  private List<Callable<Void>> split(ConsumerRecords<String, byte[]> records, int count) {
    List<List<ConsumerRecord<String, byte[]>>> lists = new ArrayList<>(count);
    for (int i = 0; i < count; i++) lists.add(null);
    List<Callable<Void>> jobs = new ArrayList<>(count);
    for (ConsumerRecord<String, byte[]> record : records) {
      int slot = ((record.key().hashCode() * 0x9E3779B9) >>> 8) % count;
      List<ConsumerRecord<String, byte[]>> list = lists.get(slot);
      if (list == null) {
        List<ConsumerRecord<String, byte[]>> made = new ArrayList<>();
        lists.set(slot, made);
        list = made;
        jobs.add(
            () -> {
              for (ConsumerRecord<String, byte[]> one : made) work(one);
              return null;
            });
      }
      list.add(record);
    }
    return jobs;
  }

  private void work(ConsumerRecord<String, byte[]> record) {
    tally.begin(record);
    if (io != null) io.call();
    tally.end(record);
  }
}
