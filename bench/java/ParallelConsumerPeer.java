import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Confluent's Parallel Consumer ordered by key; buffer=0 leaves its buffer as it is by default. */
public final class ParallelConsumerPeer {
  public static void main(String[] args) throws Exception {
    Job job = new Job(args);
    Tally tally = new Tally(job);
    IoClient io = job.openIo();
    var options =
        ParallelConsumerOptions.<String, byte[]>builder()
            .consumer(new KafkaConsumer<>(job.consumerSettings()))
            .ordering(ProcessingOrder.KEY)
            .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
            .maxConcurrency(job.number("concurrency"));
    int buffer = job.number("buffer");
    if (buffer > 0) options.messageBufferSize(buffer);
    ParallelStreamProcessor<String, byte[]> processor =
        ParallelStreamProcessor.createEosStreamProcessor(options.build());
    processor.subscribe(List.of(job.text("topic")));
    processor.poll(
        context -> {
          ConsumerRecord<String, byte[]> record = context.getSingleConsumerRecord();
          tally.begin(record);
          if (io != null) io.call();
          tally.end(record);
        });
    System.out.println(tally.await());
    if (job.check() && tally.isComplete()) processor.closeDrainFirst();
    System.exit(0);
  }
}
