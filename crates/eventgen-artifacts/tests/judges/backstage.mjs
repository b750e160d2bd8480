// Prints what Backstage's model refuses in the entities of a folder, and the entities as JSON, one in each line.
import * as model from "@backstage/catalog-model";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const folder = process.argv[2];
const policy = model.EntityPolicies.allOf([
  new model.SchemaValidEntityPolicy(),
  new model.DefaultNamespaceEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy(),
  new model.FieldFormatEntityPolicy(),
]);
const kinds = {
  API: model.apiEntityV1alpha1Validator,
  Component: model.componentEntityV1alpha1Validator,
  Resource: model.resourceEntityV1alpha1Validator,
};

for (const name of readdirSync(folder)) {
  const say = (text) => console.log(`error ${name}: ${String(text).split("\n")[0]}`);
  const documents = parseAllDocuments(readFileSync(join(folder, name), "utf8"));
  for (const { errors } of documents) errors.forEach((error) => say(error.message));
  const entities = documents.map((document) => document.toJS());
  const known = new Set();
  for (const entity of entities) {
    try {
      await policy.enforce(structuredClone(entity));
      if (!await kinds[entity.kind]?.check(entity)) say(`unknown kind ${entity.kind}`);
      model.parseEntityRef(entity.spec.owner, { defaultKind: "group", defaultNamespace: "default" });
    } catch (error) {
      say(error.message);
    }
    // Backstage does not distinguish the case of letters.
    const reference = `${entity.kind}:${entity.metadata?.name}`.toLowerCase();
    if (known.has(reference)) say(`${reference} is there twice`);
    known.add(reference);
    console.log(`entity ${name}: ${JSON.stringify(entity)}`);
  }
  for (const { metadata, spec = {} } of entities) {
    const apis = [...spec.providesApis ?? [], ...spec.consumesApis ?? []].map((api) => `api:${api}`);
    for (const reference of [...apis, ...spec.dependsOn ?? []]) {
      if (!known.has(reference.toLowerCase())) say(`${metadata.name} refers to ${reference}, which is not there`);
    }
  }
}
