import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Api, ApiError } from "../src/api.ts";

interface Sent {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

let sent: Sent[] = [];
let answers: (Response | Error)[] = [];
const real = globalThis.fetch;

beforeEach(() => {
  sent = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  globalThis.fetch = async (path, { headers, body } = {}) => {
    sent.push({
      path: String(path),
      headers: headers as Record<string, string>,
      body: JSON.parse(String(body ?? "null")),
    });
    const answer = answers.shift() ?? new Error("away");
    if (answer instanceof Error) throw answer;
    return answer;
  };
});

afterEach(() => {
  mock.timers.reset();
  globalThis.fetch = real;
});

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });

/** Lets waits pass until the promise is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let open = true;
  const over = () => {
    open = false;
  };
  promise.then(over, over);
  while (open) {
    mock.timers.tick(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}

test("a command that found no server is sent again with the same requestId", async () => {
  answers = [new Error("away"), json({}, 503), json({ crtObjectId: "c" })];
  deepStrictEqual(await settled(new Api("h").command("console/dial", { phone: "1" })), {
    crtObjectId: "c",
  });
  strictEqual(sent.length, 3);
  ok(sent[0]?.body["requestId"]);
  strictEqual(new Set(sent.map(({ body }) => body["requestId"])).size, 1);
  strictEqual(sent[0]?.headers["X-Screenpop-Login"], "h");
});

test("a refusal is not sent again, and has the server's own sentence", async () => {
  answers = [json({ message: "agent.busy", detail: "You have a call." }, 409)];
  await rejects(new Api("h").command("console/dial", {}), (error) => {
    ok(error instanceof ApiError);
    deepStrictEqual(
      [error.status, error.key, error.message],
      [409, "agent.busy", "You have a call."],
    );
    return true;
  });
  strictEqual(sent.length, 1);
});

test("a server that stays away is given up in the end", async () => {
  answers = [];
  await rejects(settled(new Api("h").command("console/dial", {})), { key: "network.unavailable" });
  ok(sent.length > 3);
});

test("a question is asked once", async () => {
  answers = [new Error("away")];
  await rejects(new Api("h").get("me"), { status: 0 });
  strictEqual(sent.length, 1);
});
