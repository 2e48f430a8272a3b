import { toHex } from '../../core/base/bytes.js';
import { parseAccountName, type PeerId } from '../../core/base/ids.js';
import { proveLogin, type ProofPurpose } from '../../core/crypto/loginProof.js';
import { inboxTag, openPresence, sealPresence } from '../../core/crypto/presenceRecord.js';
import { parseResult } from '../../core/directory/methods.js';
import type { Directory, DirectoryConnection, DirectoryHandler } from '../../core/ports/directory.js';
import type { Signer, Verifier } from '../../core/ports/signer.js';
import type { PresenceFields, PresenceState } from '../../core/protocol/presence.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';

const primitives = toyPrimitives();

/** Collects what a connection hears, and lets a spec wait for it without guessing how long. */
export class Ears implements DirectoryHandler {
  readonly heard: { readonly tag: string; readonly record: Uint8Array }[] = [];
  readonly notices: unknown[] = [];
  readonly closings: (Error | undefined)[] = [];
  #waiting: (() => void)[] = [];

  presence(tag: string, record: Uint8Array): void {
    this.heard.push({ tag, record });
    this.#wake();
  }

  notice(body: unknown): void {
    this.notices.push(body);
    this.#wake();
  }

  closed(why: Error | undefined): void {
    this.closings.push(why);
    this.#wake();
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (;;) {
      // Armed before looking: what comes while the condition is computed counts.
      const next = new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (await condition()) return;
      await next;
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** A device as the directory knows it, speaking to the port without the engine. */
export class Party {
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly peer: PeerId;
  readonly tag: string;
  readonly ears = new Ears();
  token = '';
  #connection: DirectoryConnection | undefined;
  #seq = 65_536;

  constructor(
    readonly name: string,
    private readonly directory: Directory,
    private readonly url: string,
    seed: string = name,
  ) {
    ({ signer: this.signer, verifier: this.verifier } = toyIdentity(seed));
    this.peer = this.signer.peerId;
    this.tag = inboxTag(primitives, this.peer);
  }

  get connection(): DirectoryConnection {
    if (!this.#connection) throw new Error(`${this.name} is not connected`);
    return this.#connection;
  }

  anonymous(): Promise<DirectoryConnection> {
    return this.directory.connect({ url: this.url, signal: new AbortController().signal }, new Ears());
  }

  async challenge(connection: DirectoryConnection): Promise<{ directory: string; challenge: Uint8Array; serverTimeMs: number }> {
    return parseResult('challenge', await connection.request('challenge', { name: this.name }));
  }

  async proof(purpose: ProofPurpose, asked: { directory: string; challenge: Uint8Array; serverTimeMs: number }): Promise<Record<string, unknown>> {
    const clientNonce = new Uint8Array(32).fill(7);
    const signature = await proveLogin(this.signer, { purpose, name: parseAccountName(this.name), clientNonce, ...asked });
    return {
      name: this.name,
      clientNonce: toHex(clientNonce),
      challenge: toHex(asked.challenge),
      signature: toHex(signature),
      ...(purpose === 'register' ? { spki: toHex(this.signer.spki) } : { peer: this.peer }),
    };
  }

  async prove(purpose: ProofPurpose, connection: DirectoryConnection): Promise<unknown> {
    return connection.request(purpose, await this.proof(purpose, await this.challenge(connection)));
  }

  async register(): Promise<unknown> {
    const connection = await this.anonymous();
    try {
      return await this.prove('register', connection);
    } finally {
      await connection.close();
    }
  }

  async login(): Promise<void> {
    const connection = await this.anonymous();
    try {
      this.token = parseResult('login', await this.prove('login', connection)).token;
    } finally {
      await connection.close();
    }
  }

  record(state: PresenceState, seq = ++this.#seq, addresses: readonly string[] = ['tcp://192.0.2.1:7001']): Promise<Uint8Array> {
    return sealPresence(this.signer, { state, seq, sinceMs: 1, addresses });
  }

  async connect(options: { token?: string; tag?: string; will?: Uint8Array } = {}): Promise<DirectoryConnection> {
    const will = options.will ?? (await this.record('offline', 131_071, []));
    const credentials = { tag: options.tag ?? this.tag, token: options.token ?? this.token, will };
    return (this.#connection = await this.directory.connect({ url: this.url, credentials, signal: new AbortController().signal }, this.ears));
  }

  async enter(): Promise<this> {
    await this.register();
    await this.login();
    await this.connect();
    return this;
  }

  ask(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.connection.request(method, params);
  }

  /** What was heard of `other`, verified, in order. */
  async heardOf(other: Party): Promise<readonly PresenceFields[]> {
    const records = this.ears.heard.filter(({ tag }) => tag === other.tag);
    return Promise.all(records.map(({ record }) => openPresence(this.verifier, record, other.peer)));
  }

  untilHeard(other: Party, state: PresenceState): Promise<void> {
    return this.ears.until(async () => (await this.heardOf(other)).at(-1)?.state === state);
  }
}

export async function befriend(a: Party, b: Party): Promise<void> {
  await a.ask('friends.request', { name: b.name });
  await b.ask('friends.accept', { name: a.name });
}
