import { utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { accountKey } from '../base/ids.js';
import { FRIENDS_PAGE, LOGIN_BURST, LOGIN_PER_SECOND, PUBLISH_BURST, PUBLISH_PER_SECOND, RPC_BURST, RPC_PER_SECOND } from '../base/limits.js';
import { inboxTag } from '../crypto/presenceRecord.js';
import type { Logger } from '../ports/logger.js';
import { decodePresence } from '../protocol/presence.js';
import { Accounts, type AccountsPorts } from './Accounts.js';
import { authorize, FriendGraph, type Action, type Principal } from './authorize.js';
import { decision, entryOf, type FriendVerb } from './friends.js';
import { isMethod, LOGIN_METHODS, parseParams, type DeviceMethod, type FriendEntry, type LoginMethod, type Method, type ParamsOf } from './methods.js';
import { RateLimits } from './rateLimits.js';
import { encodeAnswer, errorAnswer, parseRequest, toldCode, type RpcRequest } from './rpc.js';
import type { DirectoryAccount } from './store.js';
import { isLoginClientId } from './topics.js';

/** What the meeting place that carries the directory does for it. */
export interface DirectoryCarrier {
  /** Sends a notice to the inbox of a device. */
  notice(tag: string, body: Uint8Array): void;
  /** `watcher` may hear of `watched` no longer: end its subscription. */
  revoked(watcher: string, watched: string): void;
}

export interface DirectoryServicePorts extends AccountsPorts {
  readonly logger: Logger;
}

type Device = Extract<Principal, { kind: 'device' }>;
type DeviceHandlers = { readonly [M in DeviceMethod]: (device: Device, params: ParamsOf<M>) => Promise<unknown> };
type LoginHandlers = { readonly [M in LoginMethod]: (connection: string, params: ParamsOf<M>) => unknown };

const NOTICE = utf8(JSON.stringify({ type: 'friends.changed' }));
const isLoginMethod = (method: Method): method is LoginMethod => LOGIN_METHODS.some((known) => known === method);

/**
 * The directory's rules, apart from any network: the embedded broker, and the simulator, call it for every connection,
 * request, subscription and delivery. Its own state is in the store; friendships are mirrored in memory.
 */
export class DirectoryService {
  readonly #graph = new FriendGraph();
  readonly #accounts: Accounts;
  readonly #rpc: RateLimits;
  readonly #logins: RateLimits;
  readonly #publications: RateLimits;
  readonly #deviceHandlers: DeviceHandlers;
  readonly #loginHandlers: LoginHandlers;
  #carrier: DirectoryCarrier | undefined;

  constructor(private readonly ports: DirectoryServicePorts) {
    const accounts = (this.#accounts = new Accounts(ports));
    this.#rpc = new RateLimits(ports.clock, RPC_BURST, RPC_PER_SECOND);
    this.#logins = new RateLimits(ports.clock, LOGIN_BURST, LOGIN_PER_SECOND);
    this.#publications = new RateLimits(ports.clock, PUBLISH_BURST, PUBLISH_PER_SECOND);
    this.#loginHandlers = {
      challenge: (connection, params) => accounts.challenge(connection, params),
      register: (connection, params) => accounts.register(connection, params),
      login: (connection, params) => accounts.login(connection, params),
    };
    this.#deviceHandlers = {
      'account.show': async (device) => accounts.describe(await this.#account(device.name), device.peer),
      lookup: async (_device, { name }) => {
        const account = await this.#account(name);
        return { name: account.name, devices: account.devices.map(({ peer }) => peer) };
      },
      'friends.request': (device, { name }) => this.#relate('request', device, name),
      'friends.accept': (device, { name }) => this.#relate('accept', device, name),
      'friends.decline': (device, { name }) => this.#relate('decline', device, name),
      'friends.remove': (device, { name }) => this.#relate('remove', device, name),
      'friends.list': (device, { after }) => this.#list(device, after ?? ''),
    };
  }

  /** Once, before anything is asked. */
  async start(carrier: DirectoryCarrier): Promise<void> {
    this.#carrier = carrier;
    for (const [a, b] of await this.ports.store.friendTags()) this.#graph.join(a, b);
  }

  /**
   * Who connects. With a token the client id must be the token's tag, so that nobody evicts another; without one it must
   * be a login id.
   * @throws SansfilError TOKEN_EXPIRED | TOKEN_INVALID | DIRECTORY_REFUSED
   */
  async authenticate(clientId: string, token: string | undefined): Promise<Principal> {
    if (token === undefined) {
      if (!isLoginClientId(clientId)) throw new SansfilError('DIRECTORY_REFUSED');
      return { kind: 'anonymous', clientId };
    }
    const { tag, peer, name } = await this.ports.tokens.verify(token);
    if (tag !== clientId) throw new SansfilError('DIRECTORY_REFUSED');
    // A token outlives what it names when the directory's database was lost.
    const account = await this.ports.store.accountByPeer(peer);
    if (account?.key !== accountKey(name)) throw new SansfilError('TOKEN_INVALID');
    return { kind: 'device', clientId, tag, peer, name: account.name };
  }

  disconnected(principal: Principal): void {
    if (principal.kind === 'anonymous') this.#accounts.disconnected(principal.clientId);
  }

  authorize(principal: Principal, action: Action, topic: string): boolean {
    return authorize(this.#graph, principal, action, topic);
  }

  /** Publications other than requests, which are counted where they are handled. */
  withinRate(principal: Principal): boolean {
    return this.#publications.take(principal.clientId);
  }

  /** A presence record is kept only when it is one, and its writer's: garbage is not handed to friends. */
  admitsPresence(principal: Principal, record: Uint8Array): boolean {
    if (principal.kind !== 'device') return false;
    try {
      const { peerId } = this.ports.verifier.identify(decodePresence(record).spki);
      return inboxTag(this.ports.primitives, peerId) === principal.tag;
    } catch (error) {
      this.ports.logger.log('debug', 'directory.presence.refused', { code: SansfilError.from(error).code });
      return false;
    }
  }

  /** A request on `login/<clientId>/up`; the answer for `…/down`. `source`: whom the rate is counted for. */
  handleLogin(clientId: string, request: Uint8Array, source: string = clientId): Promise<Uint8Array> {
    return this.#answer(request, this.#logins.take(source), async (method, params) => {
      if (!isLoginMethod(method)) throw new SansfilError('NOT_LOGGED_IN');
      const handler = this.#loginHandlers[method] as (connection: string, params: unknown) => unknown;
      return handler(clientId, parseParams(method, params));
    });
  }

  /** A request on `rpc/<tag>/up`; the answer for `…/down`. */
  handleRpc(device: Device, request: Uint8Array): Promise<Uint8Array> {
    return this.#answer(request, this.#rpc.take(device.tag), async (method, params) => {
      if (isLoginMethod(method)) throw new SansfilError('METHOD_UNKNOWN');
      const handler = this.#deviceHandlers[method] as (device: Device, params: unknown) => Promise<unknown>;
      return handler(device, parseParams(method, params));
    });
  }

  async #answer(bytes: Uint8Array, allowed: boolean, handle: (method: Method, params: unknown) => Promise<unknown>): Promise<Uint8Array> {
    let request: RpcRequest | undefined;
    try {
      request = parseRequest(bytes);
      if (!allowed) throw new SansfilError('RATE_LIMITED');
      if (!isMethod(request.method)) throw new SansfilError('METHOD_UNKNOWN');
      const result = await handle(request.method, request.params);
      this.ports.logger.log('info', 'directory.request', { method: request.method });
      return encodeAnswer({ id: request.id, result });
    } catch (error) {
      const code = toldCode(error);
      const cause = SansfilError.from(error);
      this.ports.logger.log(code === 'DIRECTORY_FAILED' ? 'error' : 'info', 'directory.refused', {
        method: request && isMethod(request.method) ? request.method : undefined,
        code,
        ...(code === 'DIRECTORY_FAILED' ? { cause: cause.code, detail: cause.message } : {}),
      });
      return encodeAnswer(errorAnswer(request?.id ?? null, error));
    }
  }

  async #account(name: DirectoryAccount['name']): Promise<DirectoryAccount> {
    const account = await this.ports.store.accountByKey(accountKey(name));
    if (!account) throw new SansfilError('ACCOUNT_UNKNOWN');
    return account;
  }

  async #relate(verb: FriendVerb, device: Device, name: DirectoryAccount['name']): Promise<FriendEntry> {
    const mine = await this.#account(device.name);
    const other = await this.#account(name);
    const relation = await this.ports.store.relate(mine.key, other.key, decision(verb, mine.key, other.key));
    for (const a of mine.devices) for (const b of other.devices) this.#connect(a.tag, b.tag, relation.state === 'friends');
    for (const { tag } of [...other.devices, ...mine.devices]) this.#carrier?.notice(tag, NOTICE);
    return entryOf(mine.key, other, relation, this.#grant(device.tag, other));
  }

  #connect(a: string, b: string, friends: boolean): void {
    if (friends) return this.#graph.join(a, b);
    if (!this.#graph.are(a, b)) return;
    this.#graph.part(a, b);
    this.#carrier?.revoked(a, b);
    this.#carrier?.revoked(b, a);
  }

  async #list(device: Device, after: string): Promise<{ friends: FriendEntry[]; next?: string }> {
    const key = accountKey(device.name);
    const rows = await this.ports.store.related(key, after, FRIENDS_PAGE);
    const last = rows.length === FRIENDS_PAGE ? rows.at(-1) : undefined;
    const friends = rows.map(({ account, relation }) => entryOf(key, account, relation, this.#grant(device.tag, account)));
    return { friends, ...(last ? { next: last.account.key } : {}) };
  }

  #grant(tag: string, other: DirectoryAccount): number {
    return Math.max(0, ...other.devices.map((device) => this.#graph.numberOf(tag, device.tag)));
  }
}
