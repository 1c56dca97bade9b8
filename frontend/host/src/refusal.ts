import { type BridgeErrorCode, type ErrorBody, errorBody } from "../../protocol/src/index.ts";

/** A refusal with the body that the page gets. */
export class CommandRefused extends Error {
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.code);
    this.name = "CommandRefused";
    this.body = body;
  }

  static because(code: BridgeErrorCode, info?: string): CommandRefused {
    return new CommandRefused(errorBody(code, info));
  }
}
