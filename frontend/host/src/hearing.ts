import { ACTING_SCOPES, type FeedEvent } from "../../protocol/src/index.ts";
import type { App, Frame } from "./frame.ts";

/**
 * Whether this frame may hear this event: a call frame hears its own interaction, `session` and
 * `configuration`; all others every interaction of the app's campaigns and queues (contract 6).
 */
export function hears(frame: Frame, app: App, { namespace, payload }: FeedEvent): boolean {
  if (namespace !== "interaction") return true;
  if (!serves(app, payload)) return false;
  if (frame.kind === "login" || frame.kind === "toolbar") return true;
  return frame.associationId !== null
    ? payload["associationId"] === frame.associationId
    : payload["interactionId"] === frame.interactionId;
}

/** An app with campaigns and queues serves the calls of any of them, as it pops for any. */
function serves({ campaigns, queues }: App, payload: FeedEvent["payload"]): boolean {
  if (campaigns === null && queues === null) return true;
  return listed(campaigns, payload["campaignId"]) || listed(queues, payload["queueId"]);
}

function listed(ids: readonly number[] | null, id: unknown): boolean {
  return ids?.some((known) => String(known) === String(id)) ?? false;
}

/** Whether the app may be told session and seat ids at all (contract 6, scopes). */
export function mayAct(app: App): boolean {
  return ACTING_SCOPES.some((scope) => app.scopes.includes(scope));
}

/** Told to the console alone: frames with other apps' ids, and numbers that apps may not see. */
const CONSOLES_OWN = ["pops", "originalPhone"];

/** The payload with the ids that were minted for this app, or without them (contract 2). */
export function presented(
  app: App,
  payload: FeedEvent["payload"],
): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = { ...payload };
  for (const name of CONSOLES_OWN) delete shown[name];
  if ("sessionId" in payload) shown["sessionId"] = mayAct(app) ? app.sessionId : null;
  if ("userCrtObjectId" in payload) {
    shown["userCrtObjectId"] = seatOf(app, payload["userCrtObjectId"]);
  }
  const seats = payload["userCrtObjectIds"];
  if (Array.isArray(seats)) {
    const known = new Set(seats.map((seat) => seatOf(app, seat)).filter((seat) => seat !== null));
    shown["userCrtObjectIds"] = mayAct(app) ? [...known] : null;
  }
  if (app.originalPhone && "originalPhone" in payload) shown["phone"] = payload["originalPhone"];
  return shown;
}

function seatOf(app: App, seat: unknown): string | null {
  const known = typeof seat === "string" && Object.hasOwn(app.seats, seat);
  return mayAct(app) && known ? (app.seats[seat] ?? null) : null;
}
