// The golden vectors of the wire, read by a reader that is not the Rust one.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readAnswer, readMessage, readOpening, Refused } from "./wire_reader.js";

const READERS = { lane: readMessage, control: readMessage, opening: readOpening, answer: readAnswer };

function bytesOf(vector) {
  return vector.hex === undefined ? Buffer.from(vector.lines.join("\n")) : Buffer.from(vector.hex, "hex");
}

for (const [file, read] of Object.entries(READERS)) {
  const url = new URL(`../../tests/fixtures/wire/${file}.json`, import.meta.url);
  const { accepted, refused } = JSON.parse(readFileSync(url, "utf8"));

  test(`${file}: every accepted vector has the fields that it says`, () => {
    assert.ok(accepted.length > 0);
    for (const vector of accepted) {
      const { fields, payloadOffset } = read(bytesOf(vector));
      assert.deepEqual(fields, vector.fields, vector.name);
      assert.equal(payloadOffset, vector.payloadOffset, vector.name);
    }
  });

  test(`${file}: every refused vector is refused`, () => {
    assert.ok(refused.length > 0);
    for (const vector of refused) assert.throws(() => read(bytesOf(vector)), Refused, vector.name);
  });
}
