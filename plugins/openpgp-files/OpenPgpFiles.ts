import {
  SansfilError,
  type OpenPgp,
  type PeerId,
  type PgpKey,
  type PgpOpened,
  type PgpOpenRequest,
  type PgpSealed,
  type PgpSealRequest,
} from '../../core/index.js';
import { KeyFiles, readKeyBytes } from './keyFiles.js';
import { makeFile } from './newFile.js';
import { Threads } from './Threads.js';

export interface OpenPgpFilesOptions {
  readonly dataFolder: string;
  /** The program of the threads; worker.js beside this file when absent. */
  readonly thread?: URL;
}

interface OwnKey {
  readonly privateKey: string;
  readonly key: PgpKey;
}

/** OpenPGP over OpenPGP.js, in threads; keys in the data folder. */
export class OpenPgpFiles implements OpenPgp {
  readonly #files: KeyFiles;
  readonly #threads: Threads;
  #own: Promise<OwnKey> | undefined;

  constructor({ dataFolder, thread = new URL('./worker.js', import.meta.url) }: OpenPgpFilesOptions) {
    this.#files = new KeyFiles(dataFolder);
    this.#threads = new Threads(thread);
  }

  async ownKey(as: string): Promise<PgpKey> {
    return (await this.#ours(as)).key;
  }

  async importKey(peer: PeerId, path: string): Promise<PgpKey> {
    const key = await this.#inspect(await readKeyBytes(path));
    await this.#files.keepFriend(peer, key.armored);
    return key;
  }

  async keyOf(peer: PeerId): Promise<PgpKey> {
    return this.#inspect(new TextEncoder().encode(await this.#friend(peer)));
  }

  async forget(peer: PeerId): Promise<void> {
    await this.#files.forget(peer);
  }

  async seal(request: PgpSealRequest): Promise<PgpSealed> {
    const { path, peers, keyFiles, passphrase, armor } = request;
    const recipients: string[] = [];
    for (const peer of peers) recipients.push(await this.#friend(peer));
    for (const file of keyFiles) recipients.push((await this.#inspect(await readKeyBytes(file))).armored);
    const signer = request.sign ? (await this.#ours(request.as)).privateKey : undefined;
    const out = request.out ?? `${path}.${armor ? 'asc' : 'gpg'}`;
    const { bytes, recipients: fingerprints } = await makeFile(out, (to) =>
      this.#threads.run({
        kind: 'seal',
        from: path,
        to,
        recipients,
        armor,
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(signer === undefined ? {} : { signer }),
      }),
    );
    return { path: out, bytes, recipients: fingerprints };
  }

  async open({ path, out = openedName(path), passphrase }: PgpOpenRequest): Promise<PgpOpened> {
    const friends = await this.#files.friends();
    const own = await this.#existing();
    const signers: readonly { readonly armored: string; readonly peer?: PeerId }[] = [
      ...(own ? [{ armored: own.key.armored }] : []),
      ...[...friends].map(([peer, armored]) => ({ peer, armored })),
    ];
    const { bytes, signatures } = await makeFile(out, (to) =>
      this.#threads.run({
        kind: 'open',
        from: path,
        to,
        signers: signers.map(({ armored }) => armored),
        ...(own ? { ownKey: own.privateKey } : {}),
        ...(passphrase === undefined ? {} : { passphrase }),
      }),
    );
    return { path: out, bytes, signatures: signatures.map(({ signer = -1, ...rest }) => ({ ...rest, ...peerOf(signers[signer]) })) };
  }

  close(): Promise<void> {
    return this.#threads.close();
  }

  /** Made at the first call; a failure is no reason not to try again later. */
  async #ours(as: string): Promise<OwnKey> {
    const own = (this.#own ??= this.#openOrMake(as));
    try {
      return await own;
    } catch (error) {
      this.#own = undefined;
      throw error;
    }
  }

  async #openOrMake(as: string): Promise<OwnKey> {
    const found = await this.#read();
    if (found) return found;
    const made = await this.#threads.run({ kind: 'generate', userId: as });
    await this.#files.keepOwn(made.privateKey);
    return made;
  }

  /** Ours if there is one; a message can be opened without. */
  async #existing(): Promise<OwnKey | undefined> {
    if (this.#own) return this.#own;
    const found = await this.#read();
    if (found) this.#own = Promise.resolve(found);
    return found;
  }

  async #read(): Promise<OwnKey | undefined> {
    const privateKey = await this.#files.own();
    if (privateKey === undefined) return undefined;
    return { privateKey, key: await this.#threads.run({ kind: 'inspect', bytes: new TextEncoder().encode(privateKey), own: true }) };
  }

  async #friend(peer: PeerId): Promise<string> {
    const armored = await this.#files.friend(peer);
    if (armored === undefined) throw new SansfilError('PGP_NO_KEY');
    return armored;
  }

  #inspect(bytes: Uint8Array): Promise<PgpKey> {
    return this.#threads.run({ kind: 'inspect', bytes, own: false });
  }
}

const peerOf = (signer: { readonly peer?: PeerId } | undefined): { readonly peer?: PeerId } => (signer?.peer === undefined ? {} : { peer: signer.peer });

const openedName = (path: string): string => (/.\.(?:gpg|pgp|asc)$/i.test(path) ? path.slice(0, -4) : `${path}.opened`);
