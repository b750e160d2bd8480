// Prints what AsyncAPI's parser finds wrong in the documents of a folder, one error in each line.
import { AvroSchemaParser } from "@asyncapi/avro-schema-parser";
import { Parser } from "@asyncapi/parser";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const parser = new Parser();
parser.registerSchemaParser(AvroSchemaParser());
for (const name of readdirSync(folder)) {
  const { diagnostics } = await parser.parse(readFileSync(join(folder, name), "utf8"));
  for (const { severity, message, path } of diagnostics) {
    if (severity === 0) console.log(`${name}: ${message} at ${path.join("/")}`);
  }
}
