// What the CRM's pages do in the console: hear the call, finish it, dial. `omni` is the SDK.

const WORDS = {
  queued: "Waiting",
  initiated: "Arriving",
  ringing: "Ringing",
  connected: "On call",
  held: "On hold",
  ended: "Ended",
  wrap: "Wrap-up",
  disposed: "Finished",
};
const EVENTS = [
  "interactionInitiated",
  "interactionRinging",
  "interactionConnected",
  "interactionHeld",
  "interactionResumed",
  "interactionTransferred",
  "interactionFailed",
  "interactionEnded",
  "interactionWrapStarted",
];
const PRESENCE = {
  ready: "Ready",
  break: "On break",
  ringing: "Ringing",
  dialing: "Dialling",
  onCall: "On call",
  wrap: "Wrap-up",
  offline: "Offline",
};

const id = (name) => document.getElementById(name);
const panel = document.querySelector("[data-call]");
let omni = null;
let newest = 0;

function say(text, isProblem = false) {
  id("said").textContent = text;
  id("said").classList.toggle("problem", isProblem);
}

/** An error of the SDK has a machine key and a sentence. */
const complain = (error) => say(error.info || error.message || String(error), true);

async function post(path, fields) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { Accept: "application/json" },
    // The desk says whose page it is.
    body: new URLSearchParams({ desk: document.body.dataset.desk, ...fields }),
  });
  const text = await reply.text();
  try {
    return { ok: reply.ok, ...JSON.parse(text) };
  } catch {
    return { ok: reply.ok, said: text };
  }
}

for (const time of document.querySelectorAll("time")) {
  time.textContent = new Date(time.dateTime).toLocaleString();
}

// Forms that must not reload the page: in the console a reload would lose what is being typed.
for (const form of document.querySelectorAll("form[data-live]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reply = await post(form.action, Object.fromEntries(new FormData(form))).catch((error) => ({
      ok: false,
      said: `Not sent: ${error.message}`,
    }));
    say(reply.said, !reply.ok);
    if (!reply.ok) return;
    if (reply.note) showNote(reply.note);
    form.reset();
    // The next command is another one, so it needs another key.
    const key = form.elements.namedItem("request_id");
    if (key) key.value = crypto.randomUUID();
  });
}

function showNote({ text, author, at }) {
  const item = document.createElement("li");
  const words = document.createElement("p");
  words.textContent = text;
  const about = document.createElement("p");
  about.className = "quiet";
  about.textContent = `${author}, ${new Date(at).toLocaleString()}`;
  item.append(words, about);
  id("notes").prepend(item);
}

// Click to dial.
for (const button of document.querySelectorAll("[data-dial]")) {
  button.disabled = document.body.dataset.sdk !== "yes";
  button.addEventListener("click", async () => {
    const { dial, customer } = button.dataset;
    try {
      await omni.interaction.initiateInteraction({ phone: dial, customerId: Number(customer) });
      say(`Dialling ${dial}.`);
    } catch (error) {
      complain(error);
    }
  });
}

addEventListener("omni:ready", async ({ detail }) => {
  omni = detail;
  try {
    await (panel ? followCall() : followAgent());
  } catch (error) {
    complain(error);
  }
});

async function followAgent() {
  const badge = id("presence");
  if (!badge) return;
  const show = ({ state }) => {
    badge.textContent = PRESENCE[state] ?? state;
    badge.hidden = false;
  };
  let isTold = false;
  await omni.session.register("stateChanged", (payload) => {
    isTold = true;
    show(payload);
  });
  isTold = false;
  const state = await omni.session.getState();
  // What was told meanwhile is newer than the answer.
  if (!isTold) show(state);
}

async function followCall() {
  const { crt, interaction, campaign } = panel.dataset;
  for (const name of EVENTS) omni.interaction.register(name, mine(showState)).catch(complain);
  omni.interaction.register("interactionDisposed", mine(keepOutcome)).catch(complain);
  id("finish").addEventListener("submit", finish);
  id("finish-and-dial").addEventListener("click", finishAndDial);
  id("disposition").addEventListener("change", askForTime);
  const [call, classes, codes] = await Promise.all([
    omni.interaction.getCurrent(),
    omni.configuration.getDispositionCodesWithDispositionClass(campaign),
    omni.configuration.getDispositionCodes(campaign),
  ]);
  offer(classes, codes);
  if (call?.crtObjectId === crt) showState(call);

  /** Other calls of the agent are other pages' business. */
  function mine(act) {
    return (payload) => {
      if (payload.interactionId === interaction) act(payload);
    };
  }
}

function offer(classes, codes) {
  const timed = new Set(
    codes.filter((code) => code.needsCallbackTime).map((code) => code.dispositionCodeId),
  );
  for (const { dispositionClassName, dispositionCodes } of classes) {
    const group = document.createElement("optgroup");
    group.label = dispositionClassName;
    for (const { dispositionCodeId, dispositionCodeName } of dispositionCodes) {
      const option = new Option(dispositionCodeName, dispositionCodeId);
      option.dataset.timed = timed.has(dispositionCodeId) ? "yes" : "no";
      group.append(option);
    }
    id("disposition").append(group);
  }
  allow();
}

/** Says what can be done now: a campaign may forbid finishing while the call is up. */
function allow(state = panel.dataset.state) {
  panel.dataset.state = state ?? "";
  const isUp = ["initiated", "ringing", "connected", "held"].includes(state);
  const isOver = state === "disposed" || (panel.dataset.locked === "yes" && isUp);
  for (const name of ["disposition", "finish-call", "finish-and-dial"]) id(name).disabled = isOver;
}

/** The answer to a question may be older than an event that overtook it: `seq` tells. */
function showState({ state, seq }) {
  if (seq < newest) return;
  newest = seq;
  if (panel.dataset.state === "disposed") return;
  id("state").textContent = WORDS[state] ?? state;
  allow(state);
}

function askForTime() {
  const chosen = id("disposition").selectedOptions[0];
  const isTimed = chosen?.dataset.timed === "yes";
  id("callback").hidden = !isTimed;
  id("callback-time").required = isTimed;
}

function disposal() {
  const time = id("callback-time");
  return {
    interactionId: panel.dataset.interaction,
    dispositionCodeId: Number(id("disposition").value),
    notes: id("call-notes").value,
    ...(time.required ? { callbackTime: new Date(time.value).getTime() } : {}),
  };
}

async function finish(event) {
  event.preventDefault();
  try {
    await omni.interaction.disposeInteraction(disposal());
    // Accepted; that it is done comes as an event, which may have been quicker.
    if (panel.dataset.state !== "disposed") say("Finishing …");
  } catch (error) {
    complain(error);
  }
}

async function finishAndDial() {
  if (!id("finish").reportValidity()) return;
  const phone = id("next").value.trim();
  if (!phone) {
    say("Give the next number first.", true);
    id("next").focus();
    return;
  }
  try {
    await omni.interaction.disposeAndDial({ ...disposal(), phone });
    say(`Dialling ${phone}.`);
  } catch (error) {
    complain(error);
  }
}

/** Whoever finished the call, the CRM or the console: the CRM's history has it. */
async function keepOutcome(payload) {
  showState(payload);
  const fields = { disposition: payload.dispositionCode ?? "", notes: id("call-notes").value };
  const reply = await post(`/calls/${encodeURIComponent(panel.dataset.crt)}`, fields);
  say(`Finished: ${fields.disposition || "without a disposition"}. ${reply.said}`, !reply.ok);
}
