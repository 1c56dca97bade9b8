import type { Scope } from "../../protocol/src/index.ts";

export type FrameKind = "login" | "call" | "preview" | "toolbar";

/** What the host knows of one frame; fixed for the frame's life. */
export interface Frame {
  /** Names the frame over reloads of the host: its cursors are kept under it. */
  readonly id: string;
  readonly kind: FrameKind;
  /** The call that opened the frame; all three null for `login` and `toolbar`. */
  readonly interactionId: string | null;
  readonly associationId: string | null;
  readonly campaignId: number | null;
  /**
   * Where the frame's hearing starts (contract 6, delivery): just before the event that opened a
   * call frame, at its opening for the others.
   */
  readonly startSeq: number;
}

/** What the administrator granted the app in the frame: an entry of `GET /api/v1/sdk/apps`. */
export interface App {
  readonly appId: string | number;
  /** Exact origins whose pages may use the bridge. */
  readonly origins: readonly string[];
  readonly scopes: readonly Scope[];
  /** Campaigns whose interactions it hears. Without campaigns and queues it hears all. */
  readonly campaigns: readonly number[] | null;
  /** Queues whose interactions it hears besides. */
  readonly queues: readonly number[] | null;
  /** The app's own bearer token; null while nobody is logged in. */
  readonly token: string | null;
  /** The session id minted for this app; null where it may not act (contract 6, scopes). */
  readonly sessionId: string | null;
  /** The agent's seats, each with the id minted for this app. */
  readonly seats: Readonly<Record<string, string>>;
  /** It is granted real numbers in spite of masking (contract 3.5). */
  readonly originalPhone?: boolean;
}
