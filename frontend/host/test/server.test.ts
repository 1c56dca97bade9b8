import assert from "node:assert/strict";
import { test } from "node:test";
import type { FeedEvent, Snapshot } from "../../protocol/src/index.ts";
import { CommandRefused } from "../src/refusal.ts";
import { followEvents, httpServer, readSnapshot } from "../src/server.ts";

type Answer = Response | Error;

/** A network that gives these answers in turn and writes down what it was asked. */
function network(...answers: Answer[]) {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    const answer = answers.shift() ?? new Error("no more answers");
    if (answer instanceof Error) throw answer;
    return answer;
  }) as typeof globalThis.fetch;
  return { asked, fetch };
}

const reply = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

test("a command carries the app's token, its arguments and its requestId", async () => {
  const { asked, fetch } = network(reply(200, { result: { state: "ready" } }));
  const server = httpServer("http://desk.example", fetch);
  assert.deepEqual(await server.command("token", "session", "getState", [1], "r-1"), {
    state: "ready",
  });
  const [{ url, init } = { url: "", init: {} }] = asked;
  assert.equal(url, "http://desk.example/api/v1/sdk/session/getState");
  assert.equal((init.headers as Record<string, string>)["Authorization"], "Bearer token");
  assert.equal(init.body, '{"requestId":"r-1","args":[1]}');
});

test("a server that is away for a moment is asked again with the same requestId", async () => {
  const answers = [new Error("gone"), reply(503, null), reply(200, { result: 1 })];
  const { asked, fetch } = network(...answers);
  assert.equal(await httpServer("", fetch).command("t", "session", "getState", [], "r"), 1);
  assert.equal(new Set(asked.map(({ init }) => init.body)).size, 1);
  assert.equal(asked.length, 3);
});

test("the envelope of a refusal becomes the error of the page", async () => {
  const envelope = {
    message: "access.denied",
    code: 0,
    info: "Not granted.",
    hint: "Ask.",
    details: ["scope"],
  };
  const { fetch } = network(reply(403, envelope));
  await assert.rejects(
    httpServer("", fetch).command("t", "session", "getState", [], "r"),
    (error) => {
      assert.ok(error instanceof CommandRefused);
      assert.deepEqual(error.body, {
        code: "access.denied",
        info: "Not granted.",
        hint: "Ask.",
        details: ["scope"],
        requestId: "r",
        status: 403,
      });
      return true;
    },
  );
});

test("an answer that is no envelope is said to be unreadable", async () => {
  for (const answer of [new Response("<html>", { status: 500 }), reply(200, []), reply(404, 7)]) {
    const { fetch } = network(answer);
    await assert.rejects(
      httpServer("", fetch).command("t", "session", "getState", [], "r"),
      (error) => error instanceof CommandRefused && error.body.code === "server.unreadable",
    );
  }
});

/** Follows a stream made of these answers; resolves with what came out of it. */
async function follow(...answers: Answer[]) {
  const events: FeedEvent[] = [];
  const snapshots: Snapshot[] = [];
  const { asked, fetch } = network(...answers, new Response(null, { status: 401 }));
  const status = await followEvents({
    url: "/api/v1/events",
    headers: { Authorization: "Bearer t" },
    lastSeq: () => events.at(-1)?.seq ?? snapshots.at(-1)?.seq ?? 4,
    onEvent: (event) => events.push(event),
    onSnapshot: (snapshot) => snapshots.push(snapshot),
    signal: new AbortController().signal,
    fetch,
    random: () => 0,
  });
  const ids = asked.map(({ init }) => (init.headers as Record<string, string>)["Last-Event-ID"]);
  return { events, snapshots, status, ids };
}

const block = (seq: number) =>
  `id: ${seq}\nevent: session.loggedIn\ndata: {"seq":${seq},\ndata: "namespace":"session"}\n\n`;

test("a stream goes on after a drop where it stopped and ends when it is refused", async () => {
  const { events, status, ids } = await follow(
    new Response(`: hello\n\n${block(5)}${block(6)}id: 7\ndata: {"cut`),
    new Error("gone"),
    new Response(block(7).replaceAll("\n", "\r\n")),
  );
  assert.deepEqual(
    events.map(({ seq }) => seq),
    [5, 6, 7],
  );
  assert.deepEqual(ids, ["4", "6", "6", "7"]);
  assert.equal(status, 401);
});

test("a block that arrives in pieces is read as one", async () => {
  const bytes = new TextEncoder().encode(block(5).replace("session.", "sessiön."));
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const { events } = await follow(new Response(body));
  assert.equal(events[0]?.seq, 5);
});

test("a snapshot is told apart from events", async () => {
  const snapshot = { seq: 40, session: {}, interactions: [] };
  const text = `id: 40\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`;
  const { events, snapshots } = await follow(new Response(text));
  assert.deepEqual([events, snapshots], [[], [snapshot]]);
});

test("the present state is read from the head of a stream that goes on", async () => {
  const snapshot = { seq: 40, session: { state: "ready" }, interactions: [] };
  const head = `id: 40\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
  });
  const { asked, fetch } = network(new Response(body), reply(403, { message: "access.denied" }));
  assert.deepEqual(await readSnapshot("/api/v1/events", { Authorization: "t" }, fetch), snapshot);
  assert.equal(asked[0]?.init.signal?.aborted, true);
  await assert.rejects(
    readSnapshot("/api/v1/events", {}, fetch),
    (error) => error instanceof CommandRefused && error.body.code === "access.denied",
  );
});

test("an aborted stream ends at once", async () => {
  const controller = new AbortController();
  controller.abort();
  const nothing = () => undefined;
  const stream = { url: "", headers: {}, lastSeq: () => 0, onEvent: nothing, onSnapshot: nothing };
  const { fetch, asked } = network();
  const ended = followEvents({ ...stream, signal: controller.signal, fetch, random: () => 0 });
  assert.equal(await ended, null);
  assert.equal(asked.length, 0);
});
