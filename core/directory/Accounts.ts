import { SansfilError } from '../base/errors.js';
import { accountKey, type AccountName, type PeerId } from '../base/ids.js';
import { inboxTag } from '../crypto/presenceRecord.js';
import { verifyLogin, type ProofPurpose } from '../crypto/loginProof.js';
import type { Clock } from '../ports/clock.js';
import type { Primitives } from '../ports/primitives.js';
import type { Random } from '../ports/random.js';
import type { Verifier } from '../ports/signer.js';
import { toHex } from '../base/bytes.js';
import { Challenges } from './challenges.js';
import type { ParamsOf } from './methods.js';
import type { DirectoryAccount, DirectoryStore } from './store.js';
import type { TokenIssuer } from './tokens.js';

export interface AccountsPorts {
  /** The name devices sign for. */
  readonly name: string;
  readonly store: DirectoryStore;
  readonly tokens: TokenIssuer;
  readonly verifier: Verifier;
  readonly primitives: Pick<Primitives, 'hash'>;
  readonly clock: Clock;
  readonly random: Random;
}

interface Proof {
  readonly name: AccountName;
  readonly clientNonce: Uint8Array;
  readonly challenge: Uint8Array;
  readonly signature: Uint8Array;
}

/** The three methods before login: challenge, register, login. PROTOCOL [P-7.5] */
export class Accounts {
  readonly #challenges: Challenges;

  constructor(private readonly ports: AccountsPorts) {
    this.#challenges = new Challenges(ports.clock, ports.random);
  }

  challenge(connection: string, { name }: ParamsOf<'challenge'>): { directory: string; challenge: string; serverTimeMs: number } {
    const { bytes, serverTimeMs } = this.#challenges.issue(connection, accountKey(name));
    return { directory: this.ports.name, challenge: toHex(bytes), serverTimeMs };
  }

  /**
   * First key wins a name. The same key for the same name again is the same account: its first answer was lost.
   * @throws SansfilError CHALLENGE_… | LOGIN_FAILED | NAME_TAKEN | ALREADY_REGISTERED
   */
  async register(connection: string, params: ParamsOf<'register'>): Promise<ReturnType<Accounts['describe']>> {
    const { store, verifier, primitives, clock } = this.ports;
    const peer = this.#identify(verifier, params.spki);
    await this.#prove(connection, 'register', peer, params.spki, params);
    const own = await store.accountByPeer(peer);
    if (own) {
      if (own.key !== accountKey(params.name)) throw new SansfilError('ALREADY_REGISTERED');
      return this.describe(own, peer);
    }
    const device = { peer, spki: params.spki, tag: inboxTag(primitives, peer) };
    const account = { key: accountKey(params.name), name: params.name, createdMs: clock.now(), devices: [device] };
    await store.addAccount(account);
    return this.describe(account, peer);
  }

  /** @throws SansfilError CHALLENGE_… | ACCOUNT_UNKNOWN | LOGIN_FAILED */
  async login(connection: string, params: ParamsOf<'login'>): Promise<ReturnType<Accounts['describe']> & { token: string }> {
    const account = await this.ports.store.accountByKey(accountKey(params.name));
    const device = account?.devices.find(({ peer }) => peer === params.peer);
    if (!account || !device) {
      this.#challenges.take(connection, accountKey(params.name), params.challenge);
      throw new SansfilError(account ? 'LOGIN_FAILED' : 'ACCOUNT_UNKNOWN');
    }
    await this.#prove(connection, 'login', device.peer, device.spki, params);
    const token = await this.ports.tokens.issue({ peer: device.peer, name: account.name, tag: device.tag });
    return { ...this.describe(account, device.peer), token };
  }

  describe(account: DirectoryAccount, peer: PeerId): { name: AccountName; peer: PeerId; tag: string; directory: string } {
    return { name: account.name, peer, tag: inboxTag(this.ports.primitives, peer), directory: this.ports.name };
  }

  disconnected(connection: string): void {
    this.#challenges.drop(connection);
  }

  #identify(verifier: Verifier, spki: Uint8Array): PeerId {
    try {
      return verifier.identify(spki).peerId;
    } catch (error) {
      throw new SansfilError('LOGIN_FAILED', 'the identity key is not well formed', { cause: error });
    }
  }

  /** The challenge is spent before anything is computed: one guess each. */
  async #prove(connection: string, purpose: ProofPurpose, peer: PeerId, spki: Uint8Array, proof: Proof): Promise<void> {
    const { bytes, serverTimeMs } = this.#challenges.take(connection, accountKey(proof.name), proof.challenge);
    const statement = { purpose, directory: this.ports.name, name: proof.name, peer, clientNonce: proof.clientNonce, challenge: bytes, serverTimeMs };
    if (!(await verifyLogin(this.ports.verifier, spki, statement, proof.signature))) throw new SansfilError('LOGIN_FAILED');
  }
}
