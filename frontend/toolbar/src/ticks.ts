/** A clock that a hidden tab does not stop: timers of a page do, a worker's do not. */
setInterval(() => postMessage(null), 20_000);
