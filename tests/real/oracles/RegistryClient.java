import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;

/**
 * Confluent's Java client at a registry. Arguments: the address, a topic, and a framed value in base64. Prints the value that it
 * reads, then the one that it writes with the schema that it registers, then the answers to other calls.
 */
public class RegistryClient {
    public static void main(String[] arguments) throws Exception {
        String url = arguments[0], subject = arguments[1] + "-value";
        byte[] value = Base64.getDecoder().decode(arguments[2]);
        CachedSchemaRegistryClient client =
                new CachedSchemaRegistryClient(List.of(url), 100, List.of(new AvroSchemaProvider()), null, null);

        int id = java.nio.ByteBuffer.wrap(value, 1, 4).getInt();
        Schema schema = ((AvroSchema) client.getSchemaBySubjectAndId(subject, id)).rawSchema();
        Object read = new GenericDatumReader<>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
        System.out.println(read);

        // Java's own text of the schema: other white space, and short names.
        AvroSchema own = new AvroSchema(schema.toString(true));
        int registered = client.register(subject, own);
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        bytes.write(0);
        bytes.write(java.nio.ByteBuffer.allocate(4).putInt(registered).array());
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<>(schema).write(read, encoder);
        encoder.flush();
        System.out.println(Base64.getEncoder().encodeToString(bytes.toByteArray()));

        System.out.println("same id " + (registered == id && client.getId(subject, own) == id));
        System.out.println("version " + client.getVersion(subject, own) + " of " + client.getAllVersions(subject));
        System.out.println("subjects " + client.getAllSubjectsById(id));

        AvroSchema first = new AvroSchema("{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}");
        AvroSchema second = new AvroSchema("{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"}]}");
        client.updateCompatibility("java.checks", "FULL_TRANSITIVE");
        client.register("java.checks", first);
        System.out.println("level " + client.getCompatibility("java.checks"));
        System.out.println("compatible " + client.testCompatibility("java.checks", first) + " " + client.testCompatibility("java.checks", second));
        System.out.println("reasons " + !client.testCompatibilityVerbose("java.checks", second).isEmpty());
        try {
            client.register("java.checks", second);
        } catch (RestClientException refused) {
            System.out.println("refused " + refused.getStatus());
        }

        AvroSchema part = new AvroSchema("{\"type\":\"record\",\"name\":\"shop.Part\",\"fields\":[]}");
        client.register("java.part", part);
        List<SchemaReference> references = Arrays.asList(new SchemaReference("shop.Part", "java.part", 1));
        AvroSchema whole = new AvroSchema(
                "{\"type\":\"record\",\"name\":\"shop.Whole\",\"fields\":[{\"name\":\"part\",\"type\":\"shop.Part\"}]}",
                references, java.util.Map.of("shop.Part", part.canonicalString()), null);
        int wholeId = client.register("java.whole", whole);
        var fresh = new CachedSchemaRegistryClient(List.of(url), 100, List.of(new AvroSchemaProvider()), null, null);
        System.out.println("reference " + ((AvroSchema) fresh.getSchemaById(wholeId)).rawSchema().getField("part").schema().getFullName());
        System.out.println("mode " + client.getMode());
        System.out.println("deleted " + client.deleteSubject("java.checks") + " " + client.deleteSubject(java.util.Map.of(), "java.checks", true));
    }
}
