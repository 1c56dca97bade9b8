// A CRM page: loads the SDK from the console and keeps what it hears in window.heard.
// Its query says what to register at once (?events=interaction.showCrm,…), and how long a call
// may take: much, for the machine may be slow, where an answer is expected.

const own = new URL(import.meta.url).searchParams;
const query = new URLSearchParams(location.search);
const { default: sdk } = await import(`${own.get("host")}/omniapp/sdk/${own.get("sdk")}`);
window.sdk = sdk;
window.heard = [];
const timeout = Number(query.get("timeout") ?? 30000);
window.omni = sdk.initialize({ context: query.get("context") ?? "app", timeout });
window.hear = (key) => {
  const [namespace, event] = key.split(".");
  return window.omni[namespace].register(event, (data) => window.heard.push([event, data]));
};
window.caught = (promise) =>
  promise.then(
    (value) => ({ value }),
    ({ name, code, message, info, requestId }) => ({ name, code, message, info, requestId }),
  );
for (const key of (query.get("events") ?? "").split(",").filter(Boolean)) void window.hear(key);
document.documentElement.dataset.ready = "";
