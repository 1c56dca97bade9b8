import { BRIDGE_ERRORS, type BridgeErrorCode, type ErrorBody } from "../../protocol/src/errors.ts";

/**
 * Why a call was refused (contract 6).
 *
 * `code` is the machine key, for example `access.denied`, and so is `message`, as in the REST
 * envelope; `info` is a sentence that says what was wrong and what to do. Test with
 * `error.name === "OmniError"` where two copies of the SDK may be loaded.
 */
export class OmniError extends Error {
  readonly code: string;
  readonly info: string;
  /** What to do, where the server says more than `info`. */
  readonly hint: string | undefined;
  /** The command's `requestId`: a repeat with it is safe. */
  readonly requestId: string | undefined;
  /** The HTTP status, where the server refused. */
  readonly status: number | undefined;
  /** Each offending field, where the server names them. */
  readonly details: readonly string[] | undefined;

  constructor(body: ErrorBody) {
    super(body.code);
    this.name = "OmniError";
    this.code = body.code;
    this.info = body.info;
    this.hint = body.hint;
    this.requestId = body.requestId;
    this.status = body.status;
    this.details = body.details;
  }
}

/** An error that the SDK makes by itself. */
export function bridgeError(code: BridgeErrorCode, requestId?: string): OmniError {
  const body = { code, info: BRIDGE_ERRORS[code] };
  return new OmniError(requestId === undefined ? body : { ...body, requestId });
}
