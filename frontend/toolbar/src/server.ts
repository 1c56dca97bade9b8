import type { App } from "../../host/src/index.ts";
import { CommandRefused, httpServer, type ServerPort } from "../../host/src/index.ts";
import { type ErrorBody, errorBody } from "../../protocol/src/index.ts";

/** A login as it is kept: what stands for the agent's session, and until when. */
export interface Login {
  readonly userId: string;
  readonly sessionId: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/** What the toolbar asks the server in the session's own name. */
export class Server {
  readonly commands: ServerPort;
  readonly #fetch: typeof globalThis.fetch;

  constructor(fetch: typeof globalThis.fetch) {
    this.#fetch = fetch;
    this.commands = httpServer("", fetch);
  }

  /** Rejects with `CommandRefused`: `login.failed`, `force.login.required`, … */
  async logIn(userId: string, password: string, force: boolean): Promise<Login> {
    const body = { userId, token: password, forceLogin: force };
    const reply = await this.#ask("POST", "/ameyorestapi/userLogin/login", null, body);
    const policies = at(reply, "authenticationState", "authPolicyVsUserInfo");
    const properties = at(policies, "auth.type.passwd", "loginProperties");
    return {
      userId: String(at(reply, "userSessionInfo", "userId")),
      sessionId: String(at(reply, "userSessionInfo", "sessionId")),
      token: String(at(properties, "jwt")),
      expires: Number(at(properties, "jwtTokenExpiryMs")),
    };
  }

  async logOut({ token }: Login): Promise<void> {
    await this.#ask("POST", "/ameyorestapi/session/userLogout", token);
  }

  /** Says that the agent's desk is there. */
  async keepAlive({ token }: Login): Promise<void> {
    await this.#ask("POST", "/ameyorestapi/session/keepAliveWithPingPush", token);
  }

  /** The same login with a token that lasts an hour from now. */
  async renewed(login: Login, now: number): Promise<Login> {
    const reply = await this.#ask("POST", "/ameyorestapi/session/refreshToken", login.token);
    return { ...login, token: String(at(reply, "jwtToken")), expires: now + 3_600_000 };
  }

  /** Takes the session up as its desk, and learns what each of its apps may do. */
  async apps({ token }: Login): Promise<readonly App[]> {
    await this.#ask("POST", "/api/v1/pops", token, {});
    const reply = await this.#ask("GET", "/api/v1/sdk/apps", token);
    return at(reply, "apps") as readonly App[];
  }

  async selectWork(
    { token }: Login,
    campaignIds: readonly number[],
    selectedCampaignId: number | null,
    extension: string,
  ): Promise<void> {
    const body = { campaignIds, selectedCampaignId, extension };
    await this.#ask("POST", "/api/v1/me/work", token, body);
  }

  async extension({ token }: Login): Promise<string> {
    return String(at(await this.#ask("GET", "/api/v1/me", token), "extension"));
  }

  async #ask(method: string, path: string, token: string | null, body?: object): Promise<unknown> {
    const reply = await this.#fetch(path, {
      method,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        ...(token !== null && { Authorization: `Bearer ${token}` }),
      },
      ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
      credentials: "omit",
      cache: "no-store",
    }).catch(() => null);
    if (!reply) throw CommandRefused.because("network.unavailable");
    const content: unknown = await reply.json().catch(() => null);
    if (!reply.ok) throw new CommandRefused(refusalOf(content, reply.status));
    return content;
  }
}

/** Both forms of our refusals: the envelope (contract 5) and the problem (contract 8). */
function refusalOf(content: unknown, status: number): ErrorBody {
  const { message, info, detail } = Object(content) as Record<string, unknown>;
  if (typeof message !== "string") return errorBody("server.unreadable");
  return { code: message, info: String(info ?? detail ?? message), status };
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = (Object(found) as Record<string, unknown>)[key];
  return found;
}
