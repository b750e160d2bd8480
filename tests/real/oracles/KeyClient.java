import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;

/**
 * Keys as Confluent's serializer for Avro makes them: the id under which the registry has the schema in the subject of the keys,
 * then the value. Arguments: the address of the registry, then a subject and a key in base64, again and again. Prints what each key
 * holds, and the key that is written with the schema as Java writes it.
 */
public class KeyClient {
    public static void main(String[] arguments) throws Exception {
        var client = new CachedSchemaRegistryClient(List.of(arguments[0]), 100, List.of(new AvroSchemaProvider()), null, null);
        for (int index = 1; index < arguments.length; index += 2) {
            String subject = arguments[index];
            byte[] key = Base64.getDecoder().decode(arguments[index + 1]);
            int id = ByteBuffer.wrap(key, 1, 4).getInt();
            Schema schema = ((AvroSchema) client.getSchemaBySubjectAndId(subject, id)).rawSchema();
            Object read = new GenericDatumReader<>(schema)
                    .read(null, DecoderFactory.get().binaryDecoder(key, 5, key.length - 5, null));
            System.out.println(read);
            // What `auto.register.schemas=false` does: the schema is looked up.
            int found = client.getId(subject, new AvroSchema(schema.toString(true)));
            var bytes = new ByteArrayOutputStream();
            bytes.write(0);
            bytes.write(ByteBuffer.allocate(4).putInt(found).array());
            var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new GenericDatumWriter<>(schema).write(read, encoder);
            encoder.flush();
            System.out.println(Base64.getEncoder().encodeToString(bytes.toByteArray()));
        }
    }
}
