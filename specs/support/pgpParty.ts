import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PeerId } from '../../core/base/ids.js';
import type { PgpSealRequest } from '../../core/ports/openpgp.js';
import { OpenPgpFiles } from '../../plugins/openpgp-files/OpenPgpFiles.js';
import { builtAt } from './builtProgram.js';
import { Gpg } from './gpg.js';

export const GPG_FRIEND = 'A'.repeat(52) as PeerId;

/** A device with OpenPGP, and a friend who has gpg; each has imported the key of the other. */
export class PgpParty implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    readonly files: OpenPgpFiles,
    readonly gpg: Gpg,
  ) {}

  static async gather(): Promise<PgpParty> {
    const folder = await mkdtemp(join(tmpdir(), 'pgp-'));
    await mkdir(join(folder, 'data'), { mode: 0o700 });
    await mkdir(join(folder, 'work'));
    const gpg = await Gpg.at(folder);
    const party = new PgpParty(folder, deviceIn(join(folder, 'data')), gpg);
    await gpg.makeKey('friend');
    await party.files.importKey(GPG_FRIEND, await gpg.exportTo(party.at('friend.asc'), 'friend', '--armor'));
    await writeFile(party.at('ours.asc'), (await party.files.ownKey('paul')).armored);
    await gpg.ask('--import', party.at('ours.asc'));
    return party;
  }

  /** A second device, or the same after a restart. */
  device(data: string): OpenPgpFiles {
    return deviceIn(join(this.folder, data));
  }

  at(name: string): string {
    return join(this.folder, 'work', name);
  }

  async put(name: string, bytes: Uint8Array | string): Promise<string> {
    await writeFile(this.at(name), bytes);
    return this.at(name);
  }

  read(name: string): Promise<Buffer> {
    return readFile(this.at(name));
  }

  remove(name: string): Promise<void> {
    return rm(this.at(name));
  }

  /** Everything that lies there, hidden files too. */
  async names(): Promise<readonly string[]> {
    return (await readdir(join(this.folder, 'work'))).sort();
  }

  seal(request: Partial<PgpSealRequest> & { readonly path: string }): ReturnType<OpenPgpFiles['seal']> {
    return this.files.seal({ peers: [GPG_FRIEND], keyFiles: [], sign: true, armor: false, as: 'paul', ...request });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.files.close();
    await this.gpg[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const deviceIn = (dataFolder: string): OpenPgpFiles => new OpenPgpFiles({ dataFolder, thread: pathToFileURL(builtAt('plugins/openpgp-files/worker.js')) });
