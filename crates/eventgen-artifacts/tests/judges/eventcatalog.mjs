// Prints what EventCatalog's linter and MDX find wrong in the catalogues below a folder, one error in each line, and how many
// resources each catalogue has.
import { createProcessor } from "@mdx-js/mdx";
import {
  parseAllFiles, scanCatalogFiles, validateAllSchemas, validateDuplicateResourceIds, validateReferences,
} from "@eventcatalog/linter";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const folder = process.argv[2];
const mdx = createProcessor();
// Components that pages may have. What else is one was text of the contract.
const COMPONENTS = ["NodeGraph"];

const walk = (node, say) => {
  const isComponent = node.type.startsWith("mdxJsx") && COMPONENTS.includes(node.name);
  if ((node.type.startsWith("mdx") && !isComponent) || node.type === "html") say(`${node.type} in the text`);
  for (const child of node.children ?? []) walk(child, say);
};

for (const name of readdirSync(folder)) {
  const found = await scanCatalogFiles(join(folder, name));
  const { parsed, errors } = await parseAllFiles(found);
  for (const { error, message, file } of errors) {
    console.log(`error ${name}: ${String(message ?? error).split("\n")[0]} at ${file?.relativePath}`);
  }
  const validated = [
    ...validateAllSchemas(parsed), ...validateReferences(parsed), ...validateDuplicateResourceIds(parsed),
  ];
  for (const { message, file } of validated) console.log(`error ${name}: ${message} at ${file}`);
  for (const { file, frontmatter } of parsed) {
    const say = (text) => console.log(`error ${name}: ${text} at ${file.relativePath}`);
    const body = readFileSync(file.path, "utf8").replace(/^---\n[^]*?\n---\n/, "");
    try {
      walk(mdx.parse(body), say);
    } catch (error) {
      say(String(error.message).split("\n")[0]);
    }
    const { schemaPath } = frontmatter;
    if (schemaPath && !existsSync(join(dirname(file.path), schemaPath))) say(`no ${schemaPath}`);
  }
  console.log(`resources ${name}: ${parsed.length}`);
}
