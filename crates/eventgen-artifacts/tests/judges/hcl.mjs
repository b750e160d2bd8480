// Prints the files of a folder as HashiCorp's own parser of HCL reads them, one in each line.
import { parse } from "@cdktf/hcl2json";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
for (const name of readdirSync(folder)) {
  try {
    const file = await parse(name, readFileSync(join(folder, name), "utf8"));
    console.log(`file ${name}: ${JSON.stringify(file)}`);
  } catch (error) {
    console.log(`error ${name}: ${String(error.message ?? error).replaceAll("\n", " ")}`);
  }
}
