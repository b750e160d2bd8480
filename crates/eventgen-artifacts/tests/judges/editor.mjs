// Prints what does not fit the schemas for editors in the files below a folder, one error in each line. The settings of the
// editors in this folder say which schema is for which file: those of VS Code for Avro files, which ajv reads, and those of
// taplo for TOML.
import Ajv from "ajv";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const [folder] = process.argv.slice(2);
const json = (path) => JSON.parse(readFileSync(path, "utf8"));

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
const rules = json(join(folder, ".vscode/settings.json"))["json.schemas"].map(({ fileMatch, url }) => ({
  endings: fileMatch.map((pattern) => pattern.slice(1)),
  validate: ajv.compile(json(join(folder, url))),
}));
for (const name of readdirSync(folder, { recursive: true }).sort()) {
  const rule = rules.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
  if (!rule) continue;
  let value;
  try {
    value = json(join(folder, name));
  } catch {
    // An editor shows that it is no JSON without a schema.
    continue;
  }
  if (rule.validate(value)) continue;
  // The reasons; that no branch of a choice fits follows from them.
  const reasons = rule.validate.errors.filter(({ keyword }) => keyword !== "if" && keyword !== "anyOf");
  for (const { instancePath, message, params } of reasons) {
    console.log(`${name}: ${instancePath} ${message} ${params.additionalProperty ?? ""}`.trimEnd());
  }
}

// The packages are in a folder above this program.
let packages = dirname(fileURLToPath(import.meta.url));
while (!existsSync(join(packages, "node_modules"))) packages = dirname(packages);
const taplo = join(packages, "node_modules/@taplo/cli/dist/cli.js");
const { stderr, error } = spawnSync(process.execPath, [taplo, "lint", "--colors", "never"], {
  cwd: folder,
  encoding: "utf8",
});
if (error) throw error;
const root = realpathSync(folder);
// A property that is not known is told for each of its neighbours, too.
const found = [...stderr.matchAll(/^error: (.*)\n\s*┌─ (.*):\d+:\d+$/gm)];
const lines = new Set(found.map(([, message, path]) => `${relative(root, realpathSync(path))}: ${message}`));
for (const line of lines) console.log(line);
