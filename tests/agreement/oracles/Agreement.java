// Apache Avro's opinion of schemas and of pairs of versions, one line for one question. Questions are JSON arrays.

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Protocol;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.idl.IdlReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

public class Agreement {
  /** Values of a writer's schema. Unions and enums take turns, so that every branch and symbol is there. */
  static final int VALUES = 24;

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      String[] question = json.readValue(line, String[].class);
      out.println(switch (question[0]) {
        case "schema" -> attempt(() -> parse(question[1]));
        case "protocol" -> attempt(() -> Protocol.parse(question[1]));
        case "idl" -> attempt(() -> new IdlReader().parse(stream(question[1])));
        case "pair" -> pair(question[1], question[2]);
        default -> throw new IllegalArgumentException(question[0]);
      });
    }
    out.flush();
  }

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  interface Attempt {
    Object run() throws Exception;
  }

  static Schema parse(String text) {
    return new Schema.Parser().parse(text);
  }

  /** `+`, or `!` and why not. */
  static String attempt(Attempt attempt) {
    try {
      attempt.run();
      return "+";
    } catch (Exception | StackOverflowError error) {
      return "!" + oneLine(error);
    }
  }

  /** Whether the versions are compatible, and for every value its payload and the payload that the reader makes of it. */
  static String pair(String writerText, String readerText) throws Exception {
    String invalid = attempt(() -> List.of(parse(writerText), parse(readerText)));
    if (invalid.startsWith("!")) return invalid.replace('!', '?');
    Schema writer = parse(writerText);
    Schema reader = parse(readerText);
    StringBuilder answer = new StringBuilder(attempt(() -> {
      SchemaPairCompatibility compatibility = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
      if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
        throw new Exception(compatibility.getResult().getIncompatibilities().toString());
      }
      return null;
    }));
    for (int turn = 0; turn < VALUES; turn++) {
      byte[] payload = write(writer, new Values(turn).of(writer, 0));
      answer.append('\t').append(HexFormat.of().formatHex(payload)).append(':').append(read(writer, reader, payload));
    }
    return answer.toString();
  }

  static byte[] write(Schema schema, Object value) throws Exception {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(written, null);
    new GenericDatumWriter<>(schema, data()).write(value, encoder);
    encoder.flush();
    return written.toByteArray();
  }

  static String read(Schema writer, Schema reader, byte[] payload) {
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(payload, null);
      Object value = new GenericDatumReader<>(writer, reader, data()).read(null, decoder);
      return HexFormat.of().formatHex(write(reader, value));
    } catch (Exception error) {
      return "!" + oneLine(error);
    }
  }

  static GenericData data() {
    return new GenericData().setFastReaderEnabled(false);
  }

  /** Values of a schema, ordinary ones: in the range of their logical types, so that only the schemas matter. */
  static final class Values {
    private int turn;

    Values(int turn) {
      this.turn = turn;
    }

    Object of(Schema schema, int depth) {
      String logical = schema.getProp("logicalType");
      int turn = this.turn++;
      return switch (schema.getType()) {
        case NULL -> null;
        case BOOLEAN -> turn % 2 == 0;
        case INT -> turn * 1009;
        case LONG -> turn * 1_000_003L;
        case FLOAT -> turn * 0.25f;
        case DOUBLE -> turn * 0.25;
        case STRING -> "uuid".equals(logical) ? String.format("00000000-0000-4000-8000-%012d", turn) : "text " + turn;
        // Bytes that are a number of few digits, and ASCII.
        case BYTES -> "big-decimal".equals(logical)
            ? ByteBuffer.wrap(new byte[] {2, (byte) turn, 4})
            : ByteBuffer.wrap(new byte[] {(byte) (turn % 9)});
        case FIXED -> {
          byte[] bytes = new byte[schema.getFixedSize()];
          if (bytes.length > 0) bytes[bytes.length - 1] = (byte) (turn % 9);
          yield new GenericData.Fixed(schema, bytes);
        }
        case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(turn % schema.getEnumSymbols().size()));
        case ARRAY -> {
          List<Object> items = new ArrayList<>();
          for (int index = 0; index < (depth > 3 ? 0 : turn % 3); index++) items.add(of(schema.getElementType(), depth + 1));
          yield items;
        }
        case MAP -> {
          Map<String, Object> values = new LinkedHashMap<>();
          if (depth <= 3 && turn % 3 > 0) values.put("key", of(schema.getValueType(), depth + 1));
          yield values;
        }
        case UNION -> {
          List<Schema> branches = schema.getTypes();
          // The turn of a record's second field is the next one: each gets all branches over time.
          yield of(branches.get(depth > 3 ? 0 : turn % branches.size()), depth + 1);
        }
        case RECORD -> {
          GenericData.Record record = new GenericData.Record(schema);
          for (Schema.Field field : schema.getFields()) record.put(field.pos(), of(field.schema(), depth + 1));
          yield record;
        }
      };
    }
  }

  static String oneLine(Throwable error) {
    return String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
  }
}
