import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a consumer of the benchmark is to do, as NAME=VALUE arguments; the Node side is job.ts. */
final class Job {
  private final Map<String, String> values = new HashMap<>();

  Job(String[] args) {
    for (String arg : args) {
      int at = arg.indexOf('=');
      values.put(arg.substring(0, at), arg.substring(at + 1));
    }
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) throw new IllegalArgumentException(name + "=... is missing");
    return value;
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  boolean check() {
    return number("check") == 1;
  }

  /** The call that each message makes, to be closed at the end; null where there is none. */
  IoClient openIo() throws Exception {
    int micros = number("delayMicros");
    return micros == 0 ? null : new IoClient(number("ioPort"), micros);
  }

  /** Kafka's own defaults but for these. */
  Properties consumerSettings() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", text("broker"));
    settings.put("group.id", text("group"));
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    settings.put("max.poll.records", text("pollRecords"));
    settings.put("key.deserializer", StringDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    return settings;
  }
}
