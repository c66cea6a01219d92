// How long ajv takes: node ajv.mjs PEERS SETS SECONDS
//
// For each set below SETS one line: its name, nanoseconds of CPU per document for the compiled
// function on parsed objects, and the same with JSON.parse. PEERS is what fetch_peers printed.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [peers, sets, seconds] = process.argv.slice(2);
const require = createRequire(join(peers, "package.json"));
const Ajv = require("ajv/dist/2020").default;
const formats = require("ajv-formats").default;

/** Median over five batches of the nanoseconds of CPU that a document takes. */
function measure(documents, check) {
  const pass = () => {
    for (const document of documents) {
      if (!check(document)) throw new Error("a document is not valid");
    }
  };
  // CPU time, as the other side is measured; the clock only ends a batch.
  const until = (deadline) => {
    let passes = 0;
    const begin = process.hrtime.bigint();
    const before = process.cpuUsage();
    while (process.hrtime.bigint() - begin < deadline) {
      pass();
      passes++;
    }
    const spent = process.cpuUsage(before);
    return ((spent.user + spent.system) * 1000) / passes / documents.length;
  };
  const share = BigInt(Math.round((Number(seconds) * 1e9) / 6));
  until(share); // compiled and inlined from here on
  const batches = Array.from({ length: 5 }, () => until(share));
  return batches.sort((a, b) => a - b)[2];
}

for (const name of readdirSync(sets).sort()) {
  const ajv = new Ajv({ strict: false });
  formats(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(join(sets, name, "schema.json"), "utf8")));
  const texts = readFileSync(join(sets, name, "documents.jsonl"), "utf8").trim().split("\n");
  const parsed = measure(texts.map((text) => JSON.parse(text)), validate);
  const read = measure(texts, (text) => validate(JSON.parse(text)));
  console.log(`${name} ${parsed} ${read}`);
}
