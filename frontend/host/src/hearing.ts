import { ACTING_SCOPES, type FeedEvent } from "../../protocol/src/index.ts";
import type { App, Frame } from "./frame.ts";

/**
 * Whether this frame may hear this event: a call frame hears its own interaction, `session` and
 * `configuration`; all others every interaction of the app's campaigns and queues (contract 6).
 */
export function hears(frame: Frame, app: App, { namespace, payload }: FeedEvent): boolean {
  if (namespace !== "interaction") return true;
  if (!listed(app.campaigns, payload["campaignId"])) return false;
  if (!listed(app.queues, payload["queueId"])) return false;
  if (frame.kind === "login" || frame.kind === "toolbar") return true;
  return frame.associationId !== null
    ? payload["associationId"] === frame.associationId
    : payload["interactionId"] === frame.interactionId;
}

function listed(ids: readonly number[] | null, id: unknown): boolean {
  return ids === null || ids.some((known) => String(known) === String(id));
}

/** Whether the app may be told session and seat ids at all (contract 6, scopes). */
export function mayAct(app: App): boolean {
  return ACTING_SCOPES.some((scope) => app.scopes.includes(scope));
}

/** The payload with the ids that were minted for this app, or without them (contract 2). */
export function presented(
  app: App,
  payload: FeedEvent["payload"],
): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = { ...payload };
  const seat = payload["userCrtObjectId"];
  const acting = mayAct(app);
  if ("sessionId" in payload) shown["sessionId"] = acting ? app.sessionId : null;
  if ("userCrtObjectId" in payload) {
    const known = typeof seat === "string" && Object.hasOwn(app.seats, seat);
    shown["userCrtObjectId"] = acting && known ? app.seats[seat] : null;
  }
  return shown;
}
