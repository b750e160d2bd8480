// Apache Avro's opinion, one line for one question.

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.idl.IdlFile;
import org.apache.avro.idl.IdlReader;

public class Oracle {
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    switch (arguments[0]) {
      case "forms" -> {
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
          // A line's own line breaks come as vertical tabs.
          out.println(form(line.replace('\u000b', '\n')));
        }
      }
      case "equal" -> {
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
          String[] pair = line.split("\t");
          out.println(parse(pair[0]).equals(parse(pair[1])));
        }
      }
      case "idl" -> {
        for (String path : List.of(arguments).subList(1, arguments.length)) idl(path, out);
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    out.flush();
  }

  static Schema parse(String text) {
    return new Schema.Parser().parse(text);
  }

  /** The fingerprint and the parsing form of a schema, or why it is none. */
  static String form(String text) {
    try {
      Schema schema = parse(text);
      return Long.toHexString(SchemaNormalization.parsingFingerprint64(schema)) + "\t"
          + SchemaNormalization.toParsingForm(schema);
    } catch (RuntimeException error) {
      return "!\t" + oneLine(error);
    }
  }

  /** Every named schema of an IDL file, or why it is none. */
  static void idl(String path, PrintStream out) throws Exception {
    try {
      IdlFile file = new IdlReader().parse(Path.of(path));
      for (Map.Entry<String, Schema> named : file.getNamedSchemas().entrySet()) {
        out.println(path + "\t" + named.getKey() + "\t" + named.getValue());
      }
    } catch (RuntimeException error) {
      out.println(path + "\t!\t" + oneLine(error));
    }
  }

  static String oneLine(Throwable error) {
    return String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
  }
}
