import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/**
 * The Java side of IoServer for blocking threads: calls are pipelined on one connection, and those
 * that are made while a write is under way are written together after it. A thread reads the
 * answers and wakes who waits.
 */
final class IoClient implements AutoCloseable {
  private static final int REQUEST = 4;
  private final Socket socket;
  private final OutputStream out;
  private final ThreadLocal<Call> calls = ThreadLocal.withInitial(this::register);
  private volatile Call[] byId = new Call[0];

  /** Guarded by this: requests that nobody has written yet, and whether somebody writes. */
  private byte[] unsent = new byte[REQUEST * 4096];

  private byte[] spare = new byte[REQUEST * 4096];
  private int length;
  private boolean writing;

  IoClient(int port, long delayMicros) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    byte[] hello = new byte[4];
    putInt32(hello, 0, (int) delayMicros);
    out.write(hello);
    Thread reader = new Thread(this::readAll, "io-answers");
    reader.setDaemon(true);
    reader.start();
  }

  /** Returns when the answer came. */
  void call() {
    Call call = calls.get();
    call.answered = false;
    try {
      send(call.id);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    while (!call.answered) LockSupport.park(this);
  }

  private void send(int id) throws IOException {
    byte[] bytes;
    int size;
    synchronized (this) {
      putInt32(unsent, length, id);
      length += REQUEST;
      if (writing) return;
      writing = true;
      bytes = unsent;
      size = takeUnsent();
    }
    while (true) {
      out.write(bytes, 0, size);
      synchronized (this) {
        if (length == 0) {
          writing = false;
          return;
        }
        bytes = unsent;
        size = takeUnsent();
      }
    }
  }

  private int takeUnsent() {
    byte[] taken = unsent;
    unsent = spare;
    spare = taken;
    int size = length;
    length = 0;
    return size;
  }

  private void readAll() {
    byte[] bytes = new byte[REQUEST * 4096];
    int left = 0;
    try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
      while (true) {
        int read = in.read(bytes, left, bytes.length - left);
        if (read < 0) return;
        int end = left + read;
        int at = 0;
        for (; at + REQUEST <= end; at += REQUEST) byId[int32(bytes, at)].answer();
        left = end - at;
        System.arraycopy(bytes, at, bytes, 0, left);
      }
    } catch (IOException closed) {
      // By close().
    }
  }

  private synchronized Call register() {
    Call[] more = java.util.Arrays.copyOf(byId, byId.length + 1);
    Call call = new Call(byId.length);
    more[call.id] = call;
    byId = more;
    return call;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static final class Call {
    final int id;
    final Thread thread = Thread.currentThread();
    volatile boolean answered;

    Call(int id) {
      this.id = id;
    }

    void answer() {
      answered = true;
      LockSupport.unpark(thread);
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
