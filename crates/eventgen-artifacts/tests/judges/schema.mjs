// Prints what does not fit a JSON schema in the files of a folder, one error in each line.
import Ajv from "ajv";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [schema, folder] = process.argv.slice(2);
const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(
  JSON.parse(readFileSync(schema, "utf8")),
);
for (const name of readdirSync(folder)) {
  if (!validate(JSON.parse(readFileSync(join(folder, name), "utf8")))) {
    for (const { instancePath, message } of validate.errors) console.log(`${name}: ${instancePath} ${message}`);
  }
}
