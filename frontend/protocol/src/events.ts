/**
 * What the events carry (contract 6, events).
 *
 * Every listed key is always there, null where it does not apply. Hosts add fields: ignore
 * what you do not know.
 */

/** State of one agent's association with a call. */
export type InteractionState =
  | "queued"
  | "initiated"
  | "ringing"
  | "connected"
  | "held"
  | "ended"
  | "wrap"
  | "disposed";

export type AgentState = "offline" | "ready" | "break" | "ringing" | "dialing" | "onCall" | "wrap";

/** What every payload has: who, when, and the place in the agent session's log. */
export interface EventPayload {
  readonly userId: string;
  /** Null for an app that may not act on calls. */
  readonly sessionId: string | null;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Rises within one agent session; null for the console's own events. A gap is no loss. */
  readonly seq: number | null;
  /** True where `register` delivers the past. */
  readonly replayed?: true;
}

/** One call as one agent has it, named as on the URL. */
export interface InteractionPayload extends EventPayload {
  readonly interactionId: string;
  readonly associationId: string;
  readonly crtObjectId: string;
  /** Null for an app that may not act on calls. */
  readonly userCrtObjectId: string | null;
  /** -1: unknown. */
  readonly customerId: number;
  readonly phone: string;
  readonly displayPhone: string;
  readonly campaignId: number;
  readonly processId: number;
  readonly contactCenterId: number;
  readonly queueId: number | null;
  readonly queueName: string | null;
  readonly callType: string;
  readonly associationType: string;
  readonly channel: "voice";
  readonly direction: "inbound" | "outbound";
  /** The state after the event. */
  readonly state: InteractionState;
  readonly muted: boolean;
}

/** Where a call is transferred or conferred to. */
export interface Target {
  readonly type: "user" | "phone" | "queue" | "campaign";
  readonly id: string | number;
  readonly consult?: boolean;
}

export interface EndedPayload extends InteractionPayload {
  readonly systemDisposition: string | null;
  readonly hangupCause: number | null;
  readonly reason: string | null;
  /** Milliseconds, like the three after it. */
  readonly ringingTime: number;
  readonly setupTime: number;
  readonly ivrTime: number;
  readonly talkTime: number;
}

export interface FailedPayload extends InteractionPayload {
  readonly reason: string | null;
  readonly systemDisposition: string | null;
}

export interface WrapStartedPayload extends InteractionPayload {
  /** Milliseconds left, or null where wrap has no end. */
  readonly wrapTimeLeft: number | null;
  /** Epoch milliseconds. */
  readonly wrapEndsAt: number | null;
}

export interface DisposedPayload extends InteractionPayload {
  readonly dispositionClass: string | null;
  readonly dispositionCode: string | null;
  readonly dispositionCodeId: number | null;
  /** Epoch milliseconds. */
  readonly callbackTime: number | null;
  readonly disposedByCrm: boolean;
}

export interface TargetPayload extends InteractionPayload {
  readonly target: Target | null;
}

/** The moment of the screen pop. */
export interface ShowCrmPayload extends InteractionPayload {
  /** JSON text of `{crtObjectId, userId, callType}`. */
  readonly additionalParams: string;
  readonly requestId: string | null;
  /** The customer's columns. */
  readonly customerInfo: Readonly<Record<string, unknown>>;
}

export interface PresencePayload extends EventPayload {
  readonly state: AgentState;
  readonly ready: boolean;
  readonly breakReason: string | null;
  readonly autoCall: boolean;
}

export interface CampaignsChangedPayload extends EventPayload {
  /** Ids of the login's campaigns. */
  readonly campaigns: readonly number[];
}

/** Every event by namespace and name, with what its callback is given. */
export interface EventMap {
  readonly session: {
    readonly loggedIn: EventPayload;
    readonly loggedOut: EventPayload;
    readonly stateChanged: PresencePayload;
    readonly campaignsChanged: CampaignsChangedPayload;
  };
  readonly interaction: {
    readonly interactionInitiated: InteractionPayload;
    readonly interactionRinging: InteractionPayload;
    readonly interactionConnected: InteractionPayload;
    readonly interactionHeld: InteractionPayload;
    readonly interactionResumed: InteractionPayload;
    readonly interactionMuted: InteractionPayload;
    readonly interactionUnmuted: InteractionPayload;
    readonly interactionTransferred: TargetPayload;
    readonly interactionConferred: TargetPayload;
    readonly interactionFailed: FailedPayload;
    readonly interactionEnded: EndedPayload;
    readonly interactionWrapStarted: WrapStartedPayload;
    readonly interactionDisposed: DisposedPayload;
    readonly interactionFocused: InteractionPayload;
    readonly showCrm: ShowCrmPayload;
  };
  readonly configuration: {
    readonly configurationChanged: EventPayload;
  };
  readonly ui: Readonly<Record<never, never>>;
}
