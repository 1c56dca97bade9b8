import assert from "node:assert/strict";
import { test } from "node:test";
import { PageWindow } from "../src/page-window.ts";

/** An opener that opens a window the test can close. */
function bench() {
  const window = {
    closed: false,
    close() {
      this.closed = true;
    },
    focus: () => undefined,
  };
  const opened: unknown[] = [];
  const open = (...given: unknown[]) => {
    opened.push(given);
    return window as unknown as Window;
  };
  return { window, opened, opener: { open } };
}

test("a window is opened by its name and is there until it is closed", () => {
  const { window, opened, opener } = bench();
  let closed = 0;
  const onClosed = () => {
    closed += 1;
  };
  const page = PageWindow.open(opener, "https://crm.example/x", "frame-1", { onClosed });
  assert.deepEqual(opened, [
    ["https://crm.example/x", "window of frame-1", "popup,width=1100,height=800"],
  ]);
  assert.equal(page?.window, window);
  page?.close();
  assert.equal(page?.window, null);
  page?.close();
  assert.equal(closed, 1);
});

test("an agent who closes the window is noticed", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { window, opener } = bench();
  let closed = 0;
  PageWindow.open(opener, "https://crm.example/x", "frame-1", {
    onClosed: () => {
      closed += 1;
    },
  });
  context.mock.timers.tick(5_000);
  assert.equal(closed, 0);
  window.close();
  context.mock.timers.tick(5_000);
  assert.equal(closed, 1);
});

test("a window that is forgotten stays open and unwatched", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { window, opener } = bench();
  const page = PageWindow.open(opener, "https://crm.example/x", "frame-1", {
    onClosed: () => assert.fail("it was forgotten"),
  });
  page?.forget();
  assert.equal(window.closed, false);
  window.close();
  context.mock.timers.tick(5_000);
});

test("a browser that opens nothing gives nothing", () => {
  assert.equal(PageWindow.open({ open: () => null }, "https://crm.example/x", "frame-1"), null);
});
