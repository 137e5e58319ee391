import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * What the consumers of the benchmark call: a server on loopback that answers each request D
 * microseconds after it came. A connection begins with D as four bytes; then every request is four
 * bytes, which are the answer too. Requests may be pipelined, and are answered in their order.
 *
 * Prints its port, and a line about each connection when that is closed.
 */
public final class IoServer {
  /** Answers that wait for each other, at most so long, where there are many: a write costs more. */
  private static final long TOGETHER_NANOS = 100_000;

  private static final int MANY = 48;
  private static final int REQUEST = 4;

  public static void main(String[] args) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
      System.out.println("{\"port\":" + server.getLocalPort() + "}");
      new Thread(IoServer::endWithParent).start();
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        new Thread(() -> serve(socket)).start();
      }
    }
  }

  /** Whoever started it closes its standard input, also by dying. */
  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) continue;
    } catch (IOException gone) {
      // The same as its end.
    }
    System.exit(0);
  }

  private static void serve(Socket socket) {
    Answers answers = null;
    try (socket;
        DataInputStream in = new DataInputStream(socket.getInputStream())) {
      answers = new Answers(socket.getOutputStream(), in.readInt() * 1000L);
      Thread writer = new Thread(answers);
      writer.start();
      answers.readAll(in, writer);
    } catch (IOException closed) {
      // A consumer that has all its messages just ends.
    }
    if (answers != null) answers.close();
  }

  /** The answers of one connection that wait for their time; a ring, in the order of requests. */
  private static final class Answers implements Runnable {
    private static final int CAPACITY = 1 << 16;
    private final int[] ids = new int[CAPACITY];
    private final long[] arrivals = new long[CAPACITY];
    private final OutputStream out;
    private final long delay;

    private volatile long added;
    private volatile long answered;
    private volatile boolean closed;
    /** Answers by how long they took, in steps of 10 us. */
    private final long[] histogram = new long[10_000];

    Answers(OutputStream out, long delay) {
      this.out = out;
      this.delay = delay;
    }

    void readAll(InputStream in, Thread writer) throws IOException {
      byte[] bytes = new byte[REQUEST * 4096];
      int left = 0;
      while (true) {
        int read = in.read(bytes, left, bytes.length - left);
        if (read < 0) return;
        long now = System.nanoTime();
        int length = left + read;
        long next = added;
        int at = 0;
        for (; at + REQUEST <= length; at += REQUEST, next++) {
          int slot = (int) next & (CAPACITY - 1);
          ids[slot] = int32(bytes, at);
          arrivals[slot] = now;
        }
        left = length - at;
        System.arraycopy(bytes, at, bytes, 0, left);
        if (next - answered > CAPACITY - 4096) throw new IOException("too many requests at once");
        long before = added;
        added = next;
        // Looked at after the write: the writer may have answered everything and gone to sleep.
        if (answered == before) LockSupport.unpark(writer);
      }
    }

    @Override
    public void run() {
      wakePrecisely();
      byte[] bytes = new byte[REQUEST * CAPACITY];
      try {
        while (!closed) {
          if (added == answered) {
            LockSupport.parkNanos(10_000_000);
            continue;
          }
          boolean many = added - answered > MANY;
          long due = arrivals[(int) answered & (CAPACITY - 1)] + delay;
          waitUntil(many ? due + TOGETHER_NANOS : due);
          int length = takeDue(bytes);
          out.write(bytes, 0, length);
        }
      } catch (IOException gone) {
        // The reader notices too.
      }
    }

    private int takeDue(byte[] bytes) {
      long now = System.nanoTime();
      long next = answered;
      int length = 0;
      for (; next < added; next++, length += REQUEST) {
        int slot = (int) next & (CAPACITY - 1);
        long waited = now - arrivals[slot];
        if (waited < delay) break;
        putInt32(bytes, length, ids[slot]);
        histogram[(int) Math.min(waited / 10_000, histogram.length - 1)]++;
      }
      answered = next;
      return length;
    }

    private void waitUntil(long time) {
      for (long left; (left = time - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
    }

    void close() {
      closed = true;
      System.out.printf(
          "{\"answers\":%d,\"medianUs\":%d,\"p99Us\":%d}%n", answered, quantile(0.5), quantile(0.99));
    }

    private long quantile(double share) {
      long left = (long) Math.ceil(answered * share);
      for (int i = 0; i < histogram.length; i++)
        if ((left -= histogram[i]) <= 0) return i * 10L + 5;
      return histogram.length * 10L;
    }
  }

  /** Linux wakes a thread up to 50 us late unless it asks for better. Elsewhere nothing happens. */
  private static void wakePrecisely() {
    try {
      Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      Files.writeString(Path.of("/proc", self.getFileName().toString(), "timerslack_ns"), "1000");
    } catch (IOException | RuntimeException notHere) {
      // Answers are a little later then, which the printed figures show.
    }
  }

  private static int int32(byte[] b, int i) {
    return b[i] << 24 | (b[i + 1] & 255) << 16 | (b[i + 2] & 255) << 8 | (b[i + 3] & 255);
  }

  private static void putInt32(byte[] b, int i, int value) {
    b[i] = (byte) (value >> 24);
    b[i + 1] = (byte) (value >> 16);
    b[i + 2] = (byte) (value >> 8);
    b[i + 3] = (byte) value;
  }
}
