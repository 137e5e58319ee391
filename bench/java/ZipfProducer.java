import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Fills a topic for the benchmarks: keys of 10 bytes, drawn by Zipf's law from as many distinct ones
 * as asked for (exponent 0: all alike), and values of one length that look like events. Equal
 * arguments give equal messages. With an exponent it prints how often the commonest key came.
 *
 * Arguments: bootstrap topic codec records distinctKeys valueBytes seed [exponent, 1 if left out]
 */
public final class ZipfProducer {
  private static final String ALPHABET =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

  public static void main(String[] args) throws Exception {
    String topic = args[1];
    long records = Long.parseLong(args[3]);
    int distinct = Integer.parseInt(args[4]);
    int valueBytes = Integer.parseInt(args[5]);
    SplittableRandom random = new SplittableRandom(Long.parseLong(args[6]));
    byte[][] keys = keys(distinct);
    double[] cumulative = zipf(distinct, args.length > 7 ? Double.parseDouble(args[7]) : 1);
    long[] counts = new long[distinct];
    byte[][] values = values(4096, valueBytes, random);
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings(args[0], args[2]))) {
      for (long i = 0; i < records && failure.get() == null; i++) {
        int rank = rank(cumulative, random.nextDouble());
        counts[rank]++;
        byte[] value = values[(int) (i & 4095)];
        producer.send(
            new ProducerRecord<>(topic, keys[rank], value),
            (metadata, error) -> {
              if (error != null) failure.set(error);
            });
      }
    }
    if (failure.get() != null) throw failure.get();
    if (args.length > 7)
      System.out.println("{\"heaviest\":" + Arrays.stream(counts).max().getAsLong() + "}");
  }

  private static Properties settings(String bootstrap, String codec) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("compression.type", codec);
    settings.put("key.serializer", ByteArraySerializer.class.getName());
    settings.put("value.serializer", ByteArraySerializer.class.getName());
    settings.put("batch.size", "65536");
    settings.put("linger.ms", "20");
    settings.put("buffer.memory", "134217728");
    return settings;
  }

  /** k000000000, k000000001, ... */
  private static byte[][] keys(int distinct) {
    byte[][] keys = new byte[distinct][];
    for (int i = 0; i < distinct; i++)
      keys[i] = String.format("k%09d", i).getBytes(StandardCharsets.US_ASCII);
    return keys;
  }

  /** Chance of a rank at most i. */
  private static double[] zipf(int distinct, double exponent) {
    double[] cumulative = new double[distinct];
    double sum = 0;
    for (int i = 0; i < distinct; i++)
      cumulative[i] = sum += 1 / Math.pow(i + 1, exponent);
    for (int i = 0; i < distinct; i++) cumulative[i] /= sum;
    return cumulative;
  }

  private static int rank(double[] cumulative, double chance) {
    int found = Arrays.binarySearch(cumulative, chance);
    return Math.min(found < 0 ? -found - 1 : found + 1, cumulative.length - 1);
  }

  /** Half of a value is JSON that is alike everywhere, half is text that nothing compresses well. */
  private static byte[][] values(int count, int length, SplittableRandom random) {
    byte[][] values = new byte[count][];
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("{\"type\":\"page.viewed\",\"version\":1,\"id\":\"");
      while (text.length() < length / 2 + 40) text.append(ALPHABET.charAt(random.nextInt(64)));
      text.append("\",\"page\":\"/products/overview\",\"agent\":\"Mozilla/5.0 (X11; Linux x86_64)\"");
      while (text.length() < length - 1) text.append(' ');
      text.setLength(length - 1);
      values[i] = text.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }
    return values;
  }
}
