// Prints what does not fit the JSON schema of the Open Data Contract Standard in the contracts of a folder, and the contracts as
// JSON, one in each line.
import Ajv from "ajv/dist/2019.js";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

const [schema, folder] = process.argv.slice(2);
const validate = new Ajv.default({ allErrors: true, strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(schema, "utf8")),
);
for (const name of readdirSync(folder)) {
  const document = parseDocument(readFileSync(join(folder, name), "utf8"));
  for (const { message } of document.errors) console.log(`error ${name}: ${message.split("\n")[0]}`);
  const contract = document.toJS();
  if (!validate(contract)) {
    for (const { instancePath, message } of validate.errors) console.log(`error ${name}: ${instancePath} ${message}`);
  }
  console.log(`contract ${name}: ${JSON.stringify(contract)}`);
}
