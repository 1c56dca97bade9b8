/**
 * The reducer snapshot + event → snapshot (design 2.5).
 *
 * It is written once as vectors (contracts/vectors/events) and passed by Python and TypeScript.
 */

/** One entry of the agent session's log. */
export interface FeedEvent {
  readonly seq: number;
  readonly namespace: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Snapshot {
  readonly seq: number;
  readonly session: Readonly<Record<string, unknown>>;
  /** Open interactions, in the order of their `interactionInitiated`, one per association. */
  readonly interactions: readonly Readonly<Record<string, unknown>>[];
}

const SESSION_FIELDS: Readonly<Record<string, readonly string[]>> = {
  stateChanged: ["state", "ready", "breakReason", "autoCall"],
  campaignsChanged: ["campaigns", "userCrtObjectIds"],
};

/** What a snapshot keeps of an open interaction: no more than the present state. */
const INTERACTION_FIELDS: readonly string[] = [
  "associationId",
  "interactionId",
  "crtObjectId",
  "userCrtObjectId",
  "customerId",
  "phone",
  "displayPhone",
  "campaignId",
  "processId",
  "contactCenterId",
  "queueId",
  "queueName",
  "callType",
  "associationType",
  "channel",
  "direction",
  "sessionId",
  "userId",
  "state",
  "muted",
  "systemDisposition",
  "hangupCause",
  "wrapEndsAt",
];

/** The state after the event. An event the snapshot already contains changes nothing. */
export function reduce(snapshot: Snapshot, event: FeedEvent): Snapshot {
  if (event.seq <= snapshot.seq) return snapshot;
  const next = { ...snapshot, seq: event.seq };
  if (event.namespace === "interaction") {
    return { ...next, interactions: reduceInteractions(snapshot.interactions, event) };
  }
  if (event.namespace !== "session") return next;
  if (event.name === "loggedOut") {
    return { ...next, session: { ...snapshot.session, state: "offline" }, interactions: [] };
  }
  const fields = SESSION_FIELDS[event.name] ?? [];
  const changed = fields.filter((field) => Object.hasOwn(event.payload, field));
  const session = { ...snapshot.session };
  for (const field of changed) session[field] = event.payload[field];
  return { ...next, session };
}

function reduceInteractions(
  interactions: Snapshot["interactions"],
  { name, payload }: FeedEvent,
): Snapshot["interactions"] {
  const index = interactions.findIndex(
    (known) => known["associationId"] === payload["associationId"],
  );
  if (name === "interactionDisposed") return interactions.filter((_, i) => i !== index);
  if (name === "interactionInitiated") {
    const begun = Object.fromEntries(
      INTERACTION_FIELDS.map((field) => [field, payload[field] ?? null]),
    );
    return index >= 0 ? interactions.with(index, begun) : [...interactions, begun];
  }
  if (index < 0) return interactions;
  const told = INTERACTION_FIELDS.filter((field) => Object.hasOwn(payload, field));
  const changed = Object.fromEntries(told.map((field) => [field, payload[field]]));
  return interactions.with(index, { ...interactions[index], ...changed });
}
