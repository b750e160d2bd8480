// Apache Avro's opinion of values, one line for one question.

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

public class Values {
  static final Map<String, Schema> SCHEMAS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      String[] parts = line.split("\t", -1);
      out.println(switch (arguments[0]) {
        // A schema and a payload: the payload as Java writes it.
        case "exact" -> again(parse(parts[0]), parse(parts[0]), parts[1]);
        // A writer's schema, a reader's, and a payload: the payload as Java writes it for the reader.
        case "resolve" -> again(parse(parts[0]), parse(parts[1]), parts[2]);
        // A writer's schema and a reader's: whether all values of the one are values of the other.
        case "compatible" ->
          SchemaCompatibility.checkReaderWriterCompatibility(parse(parts[1]), parse(parts[0])).getType()
              == SchemaCompatibilityType.COMPATIBLE;
        default -> throw new IllegalArgumentException(arguments[0]);
      });
    }
    out.flush();
  }

  static Schema parse(String text) {
    return SCHEMAS.computeIfAbsent(text, key -> new Schema.Parser(NameValidator.UTF_VALIDATOR).parse(key));
  }

  /** Maps keep the order that they were read in. */
  static final class Reader extends GenericDatumReader<Object> {
    Reader(Schema writer, Schema reader, GenericData data) {
      super(writer, reader, data);
    }

    @Override
    protected Object newMap(Object old, int size) {
      return new LinkedHashMap<>(size);
    }
  }

  static String again(Schema writer, Schema reader, String hex) throws IOException {
    // The fast reader makes its maps by itself.
    GenericData data = new GenericData().setFastReaderEnabled(false);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(HexFormat.of().parseHex(hex), null);
      Object value = new Reader(writer, reader, data).read(null, decoder);
      if (!decoder.isEnd()) {
        return "!bytes left over";
      }
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(written, null);
      new GenericDatumWriter<>(reader, data).write(value, encoder);
      encoder.flush();
    } catch (RuntimeException | IOException error) {
      return "!" + String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
    }
    return HexFormat.of().formatHex(written.toByteArray());
  }
}
