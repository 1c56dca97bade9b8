/**
 * Read by tsc, never run: a misspelt event, method, field or a wrong argument does not compile.
 * Each `@ts-expect-error` fails the check when its line does compile.
 */

import sdk, { initialize, OmniError, type OmniSdk } from "../../src/index.ts";

const omni: OmniSdk = initialize({ context: "app" });
const same: OmniSdk = sdk.initialize({ context: "crm", instanceId: "bar", timeout: 5_000 });

export async function compiles(): Promise<void> {
  const { event } = await omni.interaction.register("interactionInitiated", (data) => {
    const phone: string = data.phone;
    const seq: number | null = data.seq;
    return [phone, seq, data.replayed === true];
  });
  const name: "interactionInitiated" = event;
  await omni.interaction.register("interactionDisposed", ({ dispositionCode, state }) => [
    dispositionCode?.toUpperCase(),
    state === "disposed",
  ]);
  await omni.session.register("stateChanged", ({ ready, breakReason }) => [ready, breakReason]);
  await omni.configuration.register("configurationChanged", () => undefined);
  const classes = await omni.configuration.getDispositionCodesWithDispositionClass("172");
  const codes: number[] = classes.flatMap((each) =>
    each.dispositionCodes.map((code) => code.dispositionCodeId),
  );
  await same.interaction.disposeInteraction({ dispositionCode: "Sale", notes: "" });
  await same.interaction.transferInteraction("id", { type: "user", id: "ravi", consult: true });
  await same.interaction.endInteraction("id", { requestId: 7 });
  return void [name, codes, new OmniError({ code: "timeout", info: "" }).requestId];
}

export async function doesNotCompile(): Promise<void> {
  // @ts-expect-error a misspelt event
  await omni.interaction.register("interactionInitated", () => undefined);
  // @ts-expect-error an event of another namespace
  await omni.session.register("interactionInitiated", () => undefined);
  // @ts-expect-error a namespace without events
  await omni.ui.register("focused", () => undefined);
  // @ts-expect-error a misspelt field
  await omni.interaction.register("showCrm", (data) => data.customerinfo);
  // @ts-expect-error a field of another event
  await omni.interaction.register("interactionHeld", (data) => data.dispositionCode);
  // @ts-expect-error a state that does not exist
  await omni.interaction.register("interactionEnded", (data) => data.state === "finished");
  // @ts-expect-error a field is read-only
  await omni.interaction.register("interactionEnded", (data) => (data.phone = ""));
  // @ts-expect-error a misspelt method
  await omni.interaction.initateInteraction({ phone: "1" });
  // @ts-expect-error a dial without a number
  await omni.interaction.initiateInteraction({ campaignId: 60 });
  // @ts-expect-error a disposal without a code
  await omni.interaction.disposeInteraction({ notes: "" });
  // @ts-expect-error a target of an unknown type
  await omni.interaction.transferInteraction("id", { type: "agent", id: "ravi" });
  // @ts-expect-error a wrong type of argument
  await omni.session.setAutoCall("yes");
  // @ts-expect-error a namespace that does not exist
  await omni.chat.getAll();
  // @ts-expect-error a config without a context
  initialize({ origin: "https://desk.example" });
  // @ts-expect-error a time-out as text
  initialize({ context: "app", timeout: "5s" });
}
