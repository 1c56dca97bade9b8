import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../src/config.ts";
import { TrustedOrigins } from "../src/trusted-origins.ts";

const MODULE = "https://desk.example/omniapp/sdk/ameyo-sdk.js";
const settings = readConfig({ context: "app", origin: "https://localhost:3000" });

function answering(body: unknown) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return new Response(JSON.stringify(body));
  };
  return { asked, fetch: fetch as unknown as typeof globalThis.fetch };
}

test("the module's origin and the config's are trusted, others are not", () => {
  const trusted = new TrustedOrigins(MODULE, settings);
  assert.deepEqual(trusted.list(null), ["https://desk.example", "https://localhost:3000"]);
  assert.ok(!trusted.has("https://desk.example.evil"));
});

test("a hint puts a trusted origin in front and makes no other one trusted", () => {
  const trusted = new TrustedOrigins(MODULE, settings);
  assert.equal(trusted.list("https://localhost:3000")[0], "https://localhost:3000");
  assert.deepEqual(trusted.list("https://evil.example"), trusted.list(null));
});

test("what the console publishes is trusted; it is asked once and by its own origin", async () => {
  const trusted = new TrustedOrigins(MODULE, settings);
  const { asked, fetch } = answering({ origins: ["https://Desk2.example/", "nonsense", 7] });
  await Promise.all([trusted.addPublished(fetch), trusted.addPublished(fetch)]);
  assert.deepEqual(asked, ["https://desk.example/omniapp/sdk/hosts.json"]);
  assert.ok(trusted.has("https://desk2.example"));
  assert.equal(trusted.list(null).length, 3);
});

test("no answer leaves the others trusted", async () => {
  for (const body of [null, {}, { origins: 7 }]) {
    const trusted = new TrustedOrigins(MODULE, settings);
    await trusted.addPublished(answering(body).fetch);
    assert.ok(trusted.published);
    assert.equal(trusted.list(null).length, 2);
  }
});

test("a bundled SDK asks nobody and frames the toolbar of the first configured host", async () => {
  for (const url of ["https://crm.example/assets/index.js", "file:///x.js", undefined]) {
    const { asked, fetch } = answering({});
    const hosts = readConfig({ context: "crm", hostOrigins: ["https://desk.example"] });
    const trusted = new TrustedOrigins(url, hosts);
    await trusted.addPublished(fetch);
    assert.deepEqual(asked, []);
    assert.equal(trusted.toolbarOrigin, "https://desk.example");
  }
  assert.equal(new TrustedOrigins(MODULE, settings).toolbarOrigin, "https://desk.example");
});
