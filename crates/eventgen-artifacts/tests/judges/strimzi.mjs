// Prints what Strimzi's definitions refuse in the resources of a folder, and the resources as JSON, one in each line. As in
// `kubectl --validate=strict`, unknown properties are errors.
import Ajv from "ajv";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

const [definitions, folder] = process.argv.slice(2);
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
const kinds = {};
for (const name of readdirSync(definitions)) {
  const { spec } = parse(readFileSync(join(definitions, name), "utf8"));
  const schema = spec.versions.find((version) => version.name === "v1").schema.openAPIV3Schema;
  // The definition leaves these to Kubernetes.
  schema.properties.apiVersion = { const: "kafka.strimzi.io/v1" };
  schema.properties.kind = { const: spec.names.kind };
  const text = { type: "string", pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" };
  const texts = { type: "object", additionalProperties: { type: "string" } };
  schema.properties.metadata = {
    type: "object",
    required: ["name", "labels"],
    properties: { name: text, namespace: text, labels: texts, annotations: texts },
  };
  schema.required = ["apiVersion", "kind", "metadata", "spec"];
  kinds[spec.names.kind] = ajv.compile(closed(schema));
}

function closed(schema) {
  if (schema === null || typeof schema !== "object") return schema;
  for (const part of Object.values(schema)) closed(part);
  const free = schema["x-kubernetes-preserve-unknown-fields"] || "additionalProperties" in schema;
  if (schema.properties && !free) schema.additionalProperties = false;
  return schema;
}

for (const name of readdirSync(folder)) {
  for (const document of parseAllDocuments(readFileSync(join(folder, name), "utf8"), { version: "1.1" })) {
    const resource = document.toJS();
    const validate = kinds[resource?.kind];
    const errors = document.errors.map((error) => error.message);
    if (!validate) errors.push("unknown kind");
    else if (!validate(resource)) {
      errors.push(...validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`));
    }
    for (const error of errors) console.log(`error ${name}: ${error}`);
    console.log(`resource ${name}: ${JSON.stringify(resource)}`);
  }
}
