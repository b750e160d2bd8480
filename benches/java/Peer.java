// Apache Avro's generated classes: one way to do one thing with one event in a process of its own, so that what is
// compiled for one is not compiled for others. The first line of the input is the payload in hex; each further line says
// how often, and is answered by the nanoseconds that it took.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;

public class Peer {
  interface Work {
    void once() throws IOException;
  }

  /** A buffer that is kept, without the locks of Java's own. */
  static final class Buffer extends OutputStream {
    byte[] bytes = new byte[4096];
    int length;

    @Override
    public void write(int one) {
      bytes[length++] = (byte) one;
    }

    @Override
    public void write(byte[] from, int start, int count) {
      System.arraycopy(from, start, bytes, length, count);
      length += count;
    }
  }

  /** Where results go, so that they are made. */
  static Object sink;

  public static void main(String[] arguments) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    byte[] payload = HexFormat.of().parseHex(input.readLine());
    Class<?> type = Class.forName("com.example.bench." + arguments[1]);
    boolean custom = arguments[2].equals("custom");
    Work work = work(arguments[0], type.asSubclass(SpecificRecordBase.class), custom, payload);
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      System.out.println(time(work, Long.parseLong(line)));
    }
  }

  static long time(Work work, long count) throws IOException {
    long started = System.nanoTime();
    for (long done = 0; done < count; done++) {
      work.once();
    }
    return System.nanoTime() - started;
  }

  static <T extends SpecificRecordBase> Work work(String what, Class<T> type, boolean custom, byte[] payload)
      throws IOException {
    SpecificData data = SpecificData.getForClass(type);
    data.setCustomCoders(custom);
    // Where this reads, coders of their own do not.
    data.setFastReaderEnabled(!custom);
    DatumReader<T> reader = new SpecificDatumReader<>(type);
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(payload, null);
    T value = reader.read(null, decoder);
    SpecificDatumWriter<T> writer = new SpecificDatumWriter<>(type);
    Buffer buffer = new Buffer();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(buffer, null);
    writer.write(value, encoder);
    byte[] written = Arrays.copyOf(buffer.bytes, buffer.length);
    T again = reader.read(null, DecoderFactory.get().binaryDecoder(written, null));
    // Its maps have no order.
    if (written.length != payload.length || !again.equals(value)) {
      throw new IllegalStateException("written otherwise: " + HexFormat.of().formatHex(written));
    }
    return switch (what) {
      case "encode" -> () -> {
        buffer.length = 0;
        writer.write(value, encoder);
      };
      case "new" -> () -> sink = reader.read(null, DecoderFactory.get().binaryDecoder(payload, decoder));
      case "reused" -> () -> sink = reader.read(value, DecoderFactory.get().binaryDecoder(payload, decoder));
      default -> throw new IllegalArgumentException(what);
    };
  }
}
