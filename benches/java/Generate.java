// Generates Apache Avro's classes for the events: a package for each event and each kind of string, as the events share names.

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.compiler.specific.SpecificCompiler;
import org.apache.avro.generic.GenericData.StringType;

public class Generate {
  public static void main(String[] arguments) throws Exception {
    Path events = Path.of(arguments[0]);
    for (String event : new String[] {"order_small", "order_lines", "telemetry"}) {
      // Coders of their own are generated only where no type is logical.
      String text = Files.readString(events.resolve(event + ".plain.avsc"));
      for (StringType strings : new StringType[] {StringType.Utf8, StringType.String}) {
        String name = event + "." + strings.name().toLowerCase();
        String own = text.replace("\"com.example.bench\"", "\"com.example.bench." + name + "\"");
        SpecificCompiler compiler = new SpecificCompiler(new Schema.Parser().parse(own));
        compiler.setStringType(strings);
        compiler.compileToDestination(null, Path.of(arguments[1]).toFile());
      }
    }
  }
}
