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
  campaignsChanged: ["campaigns"],
};

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
  event: FeedEvent,
): Snapshot["interactions"] {
  const { associationId } = event.payload;
  const index = interactions.findIndex((known) => known["associationId"] === associationId);
  if (event.name === "interactionDisposed") return interactions.filter((_, i) => i !== index);
  if (index >= 0) return interactions.with(index, { ...interactions[index], ...event.payload });
  return event.name === "interactionInitiated" ? [...interactions, event.payload] : interactions;
}
