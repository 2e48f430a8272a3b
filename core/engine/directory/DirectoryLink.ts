import { toHex } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { accountKey, type AccountName } from '../../base/ids.js';
import { inboxTag } from '../../crypto/presenceRecord.js';
import { proveLogin } from '../../crypto/loginProof.js';
import { parseResult, type Method, type ResultOf } from '../../directory/methods.js';
import type { Directory, DirectoryConnection, DirectoryHandler } from '../../ports/directory.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Random } from '../../ports/random.js';
import type { Signer } from '../../ports/signer.js';
import type { AccountRecord, SettingsStore } from '../../ports/stores.js';
import type { Purpose } from '../../machines/directoryClient/directoryClient.machine.js';
import type { OwnPresence } from './OwnPresence.js';

export interface DirectoryLinkPorts {
  readonly directories: readonly Directory[];
  readonly url: string | undefined;
  readonly settings: SettingsStore;
  readonly signer: Signer;
  readonly primitives: Primitives;
  readonly random: Random;
  readonly own: OwnPresence;
  /** Of the connection with the token; of an earlier one nothing is heard any more. */
  readonly handler: DirectoryHandler;
  readonly onRegistered: (account: AccountRecord) => void;
  readonly report: (error: SansfilError) => void;
}

/** The asks of the directory client: the connections, the account and the token, which live here and nowhere else. */
export class DirectoryLink {
  readonly tag: string;
  account: AccountRecord | undefined;
  /** The name that `register` is asked for. */
  wantedName: AccountName | undefined;
  #anonymous: DirectoryConnection | undefined;
  #challenge: ResultOf<'challenge'> | undefined;
  #token = '';
  #connection: DirectoryConnection | undefined;
  /** What the present connection is subscribed to, each with the number of its grant. */
  readonly #watched = new Map<string, number>();

  constructor(private readonly ports: DirectoryLinkPorts) {
    this.tag = inboxTag(ports.primitives, ports.signer.peerId);
  }

  async greet(signal: AbortSignal): Promise<void> {
    this.hangUp();
    const { directory, url } = this.#directory();
    const nothing: DirectoryHandler = { presence: () => undefined, notice: () => undefined, closed: () => undefined };
    const connection = await directory.connect({ url, signal }, nothing);
    if (signal.aborted) this.#discard(connection);
    else this.#anonymous = connection;
  }

  /** @throws SansfilError DIRECTORY_CHANGED when the directory is not the one this account is of */
  async askChallenge(purpose: Purpose): Promise<void> {
    const challenge = await this.#ask('challenge', { name: this.#name(purpose) });
    if (purpose !== 'register' && this.account?.directoryName !== challenge.directory) throw new SansfilError('DIRECTORY_CHANGED');
    this.#challenge = challenge;
  }

  async prove(purpose: Purpose): Promise<void> {
    const { signer, random, settings } = this.ports;
    const asked = this.#challenge;
    this.#challenge = undefined;
    if (!asked) throw new SansfilError('CHALLENGE_UNKNOWN');
    const name = this.#name(purpose);
    const clientNonce = random.bytes(32);
    const kind = purpose === 'login' ? 'login' : 'register';
    const signature = await proveLogin(signer, { purpose: kind, name, clientNonce, ...asked });
    const proof = { name, clientNonce: toHex(clientNonce), challenge: toHex(asked.challenge), signature: toHex(signature) };
    if (kind === 'login') {
      this.#token = (await this.#ask('login', { ...proof, peer: signer.peerId })).token;
      return;
    }
    const registered = await this.#ask('register', { ...proof, spki: toHex(signer.spki) });
    if (registered.peer !== signer.peerId || accountKey(registered.name) !== accountKey(name)) throw new SansfilError('DIRECTORY_MALFORMED');
    const account = { name: registered.name, directoryName: asked.directory };
    await settings.setAccount(account);
    this.account = account;
    if (purpose === 'register') this.ports.onRegistered(account);
  }

  async connect(signal: AbortSignal): Promise<void> {
    const { own, handler } = this.ports;
    const { directory, url } = this.#directory();
    const will = await own.begin();
    const opened: { connection?: DirectoryConnection; ended?: boolean } = {};
    const isCurrent = (): boolean => opened.connection === undefined || this.#connection === opened.connection;
    const connection = await directory.connect(
      { url, signal, credentials: { tag: this.tag, token: this.#token, will } },
      {
        presence: (tag, record) => isCurrent() && handler.presence(tag, record),
        notice: (body) => isCurrent() && handler.notice(body),
        closed: (why) => {
          opened.ended = true;
          if (opened.connection === undefined || this.#connection !== opened.connection) return;
          this.#connection = undefined;
          handler.closed(why);
        },
      },
    );
    if (signal.aborted) return this.#discard(connection);
    // It may have ended between the broker's yes and now.
    if (opened.ended) throw new SansfilError('DIRECTORY_UNREACHABLE');
    opened.connection = this.#connection = connection;
    this.#watched.clear();
  }

  /** @throws SansfilError NOT_LOGGED_IN | what the directory says */
  async request<M extends Method>(method: M, params: Readonly<Record<string, unknown>>): Promise<ResultOf<M>> {
    return parseResult(method, await this.#connected().request(method, params));
  }

  publish(record: Uint8Array): Promise<void> {
    return this.#connected().publishPresence(record);
  }

  /**
   * Hears of the presence of these devices, and of no others. One whose grant has another number than before was no friend
   * in between: the directory ended that subscription.
   */
  async watch(grants: ReadonlyMap<string, number>): Promise<void> {
    const connection = this.#connected();
    const removed = [...this.#watched.keys()].filter((tag) => !grants.has(tag));
    const added = [...grants].filter(([tag, grant]) => this.#watched.get(tag) !== grant);
    if (removed.length > 0) await connection.unwatchPresence(removed);
    if (added.length > 0) await connection.watchPresence(added.map(([tag]) => tag));
    // What failed is asked for again; another connection has begun a list of its own.
    if (this.#connection !== connection) return;
    for (const tag of removed) this.#watched.delete(tag);
    for (const [tag, grant] of added) this.#watched.set(tag, grant);
  }

  /** The connection for logging in is not needed any longer. */
  hangUp(): void {
    const connection = this.#anonymous;
    this.#anonymous = undefined;
    if (connection) this.#discard(connection);
  }

  /** In good order: no will. */
  async leave(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close().catch((error: unknown) => this.ports.report(SansfilError.from(error)));
  }

  #ask<M extends Method>(method: M, params: Readonly<Record<string, unknown>>): Promise<ResultOf<M>> {
    if (!this.#anonymous) return Promise.reject(new SansfilError('DIRECTORY_UNREACHABLE'));
    return this.#anonymous.request(method, params).then((result) => parseResult(method, result));
  }

  /** Nobody waits for its end. */
  #discard(connection: DirectoryConnection): void {
    connection.close().catch((error: unknown) => this.ports.report(SansfilError.from(error)));
  }

  #name(purpose: Purpose): AccountName {
    const name = purpose === 'register' ? this.wantedName : this.account?.name;
    if (name === undefined) throw new SansfilError('NOT_REGISTERED');
    return name;
  }

  #connected(): DirectoryConnection {
    if (!this.#connection) throw new SansfilError('NOT_LOGGED_IN');
    return this.#connection;
  }

  #directory(): { directory: Directory; url: string } {
    const { url, directories } = this.ports;
    const scheme = url?.slice(0, Math.max(0, url.indexOf('://')));
    const directory = directories.find(({ schemes }) => scheme !== undefined && schemes.includes(scheme));
    if (url === undefined || !directory) throw new SansfilError('CONFIG_INVALID', `no loaded plugin reaches a directory at '${url ?? ''}'`);
    return { directory, url };
  }
}
