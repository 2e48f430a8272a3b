import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parsePeerId, PGP_KEY_FILE_BYTES_MAX, SansfilError, type PeerId } from '../../core/index.js';
import { codeOf } from './fileBytes.js';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** The keys in the data folder: ours, never replaced, and one for each friend who gave one. */
export class KeyFiles {
  readonly #own: string;
  readonly #friends: string;

  constructor(dataFolder: string) {
    this.#own = join(dataFolder, 'openpgp', 'private.asc');
    this.#friends = join(dataFolder, 'openpgp', 'friends');
  }

  /** Our private key; undefined when there is none yet. @throws SansfilError PGP_OWN_KEY_CORRUPT | DATA_UNWRITABLE */
  async own(): Promise<string | undefined> {
    try {
      await using file = await open(this.#own, constants.O_RDONLY | constants.O_NOFOLLOW);
      const { size, mode } = await file.stat();
      if (size > PGP_KEY_FILE_BYTES_MAX) throw new SansfilError('PGP_OWN_KEY_CORRUPT', `it has ${size} bytes`);
      // Takes from others the right to read what a careless copy gave them.
      if ((mode & OTHERS) !== 0) await file.chmod(OWNER_ONLY);
      return await file.readFile('utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (codeOf(error) === 'ELOOP') throw new SansfilError('PGP_OWN_KEY_CORRUPT', 'it is a link', { cause: error });
      throw SansfilError.from(error, 'DATA_UNWRITABLE');
    }
  }

  /** @throws SansfilError DATA_UNWRITABLE | DISK_FULL, also when there is one already */
  async keepOwn(armored: string): Promise<void> {
    await this.#write(this.#own, armored, link);
  }

  /** The public key of that friend. */
  async friend(peer: PeerId): Promise<string | undefined> {
    try {
      return await readKeyFile(this.#pathOf(peer));
    } catch (error) {
      if (SansfilError.is(error) && codeOf(error.cause) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async keepFriend(peer: PeerId, armored: string): Promise<void> {
    await this.#write(this.#pathOf(peer), armored, rename);
  }

  async forget(peer: PeerId): Promise<void> {
    await rm(this.#pathOf(peer), { force: true });
  }

  /** Of all friends who gave one. */
  async friends(): Promise<ReadonlyMap<PeerId, string>> {
    const found = new Map<PeerId, string>();
    for (const name of await this.#names()) {
      const peer = peerNamed(name);
      const armored = peer === undefined ? undefined : await this.friend(peer);
      if (peer !== undefined && armored !== undefined) found.set(peer, armored);
    }
    return found;
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#friends)).filter((name) => name.endsWith('.asc')).map((name) => name.slice(0, -'.asc'.length));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw SansfilError.from(error, 'DATA_UNWRITABLE');
    }
  }

  #pathOf(peer: PeerId): string {
    return join(this.#friends, `${peer}.asc`);
  }

  /** The name appears at once with all of its bytes on the disk, or not at all. */
  async #write(path: string, text: string, giveName: (from: string, to: string) => Promise<void>): Promise<void> {
    const fresh = `${path}.${randomBytes(4).toString('hex')}.new`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeSynced(fresh, text);
      await giveName(fresh, path);
      await using folder = await open(dirname(path), 'r');
      await folder.sync();
    } catch (error) {
      throw SansfilError.from(error, codeOf(error) === 'ENOSPC' ? 'DISK_FULL' : 'DATA_UNWRITABLE');
    } finally {
      await rm(fresh, { force: true });
    }
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', OWNER_ONLY);
  await file.writeFile(text);
  await file.sync();
}

/** Undefined for what somebody else put there. */
function peerNamed(name: string): PeerId | undefined {
  try {
    return parsePeerId(name);
  } catch (error) {
    if (SansfilError.is(error)) return undefined;
    throw error;
  }
}

/** A key file a person names. @throws SansfilError FILE_UNREADABLE | PGP_KEY_INVALID */
export async function readKeyBytes(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) throw new SansfilError('FILE_UNREADABLE', 'it is not a plain file');
    if (stat.size > PGP_KEY_FILE_BYTES_MAX) throw new SansfilError('PGP_KEY_INVALID', `it has ${stat.size} bytes, which no key has`);
    return new Uint8Array(await file.readFile());
  } catch (error) {
    throw SansfilError.from(error, 'FILE_UNREADABLE');
  }
}

const readKeyFile = async (path: string): Promise<string> => new TextDecoder().decode(await readKeyBytes(path));
