import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { GPG_FRIEND, PgpParty } from '../../support/pgpParty.js';

let party: PgpParty;
beforeAll(async () => {
  party = await PgpParty.gather();
}, 60_000);
afterAll(() => party[Symbol.asyncDispose]());

const text = 'What stands here is for you alone.\n';
const bytes = randomBytes(300_000);

describe('what is sealed here', () => {
  test.each([
    ['a text', text],
    ['a file of many packets', bytes],
    ['a file of no bytes', ''],
  ])('gpg opens: %s, and finds our signature good', async (_what, content) => {
    const path = await party.put('letter', content);
    const sealed = await party.seal({ path, out: party.at('letter.sealed') });
    const said = await party.gpg.ask('--output', party.at('letter.opened'), '--decrypt', sealed.path);
    expect(await party.read('letter.opened')).toEqual(Buffer.from(content));
    expect(said).toMatch(/Good signature from "paul"/);
    await Promise.all(['letter.sealed', 'letter.opened'].map((name) => party.remove(name)));
  });

  test('in armour is text, which gpg opens', async () => {
    const sealed = await party.seal({ path: await party.put('armour', bytes), armor: true });
    expect(sealed.path).toBe(party.at('armour.asc'));
    expect((await party.read('armour.asc')).toString('latin1')).toMatch(/^-----BEGIN PGP MESSAGE-----\n[\x20-\x7e\n]+-----END PGP MESSAGE-----\n$/);
    await party.gpg.ask('--output', party.at('armour.opened'), '--decrypt', sealed.path);
    expect(await party.read('armour.opened')).toEqual(bytes);
  });

  test('for a key file and for a passphrase opens with either', async () => {
    await party.gpg.makeKey('other');
    const keyFile = await party.gpg.exportTo(party.at('other.gpg'), 'other');
    const passphrase = 'pässwörd, 密';
    const sealed = await party.seal({ path: await party.put('both', text), peers: [], keyFiles: [keyFile], passphrase });
    expect(sealed.recipients).toHaveLength(1);
    await party.gpg.ask('--output', party.at('both.1'), '--decrypt', sealed.path);
    await party.files.open({ path: sealed.path, out: party.at('both.2'), passphrase });
    await writeFile(party.at('pass'), passphrase);
    const only = await party.seal({ path: party.at('both'), out: party.at('both.pass'), peers: [], passphrase, sign: false });
    await party.gpg.ask('--passphrase-file', party.at('pass'), '--output', party.at('both.3'), '--decrypt', only.path);
    for (const name of ['both.1', 'both.2', 'both.3']) expect((await party.read(name)).toString()).toBe(text);
  });

  test('tells neither the name of the file nor the program', async () => {
    const { path } = await party.seal({ path: await party.put('secret-name.txt', text), armor: true });
    expect((await party.read('secret-name.txt.asc')).toString()).not.toMatch(/OpenPGP\.js|Version|Comment/);
    await party.gpg.ask('--output', party.at('named'), '--decrypt', path);
    expect(await party.gpg.ask('--list-only', '--list-packets', path)).not.toContain('secret-name');
  });
});

describe('what gpg seals', () => {
  const ways: readonly (readonly [what: string, argv: readonly string[], signed: boolean])[] = [
    ['for our key', ['--encrypt'], false],
    ['for our key, signed', ['--sign', '--encrypt', '--local-user', 'friend'], true],
    ['for our key, in armour', ['--armor', '--sign', '--encrypt', '--local-user', 'friend'], true],
    ['for our key, not compressed', ['-z', '0', '--sign', '--encrypt', '--local-user', 'friend'], true],
    ['for our key, compressed with ZIP', ['--compress-algo', 'zip', '--encrypt'], false],
    ['for our key, compressed with ZLIB', ['--compress-algo', 'zlib', '--encrypt'], false],
    ['for our key, compressed with BZIP2', ['--compress-algo', 'bzip2', '--sign', '--encrypt', '--local-user', 'friend'], true],
    ['for a hidden recipient', ['--throw-keyids', '--encrypt'], false],
  ];

  test.each(ways)('%s is opened', async (_what, argv, signed) => {
    for (const content of [bytes, Buffer.from(text), Buffer.alloc(0), Buffer.alloc(500_000)]) {
      const path = await party.put('theirs', content);
      await party.gpg.ask(...argv, '--recipient', 'paul', '--output', party.at('theirs.gpg'), path);
      await party.remove('theirs');
      const opened = await party.files.open({ path: party.at('theirs.gpg') });
      expect(opened).toMatchObject({ path: party.at('theirs'), bytes: content.length });
      expect(await party.read('theirs')).toEqual(content);
      expect(opened.signatures).toEqual(signed ? [expect.objectContaining({ state: 'good', peer: GPG_FRIEND })] : []);
    }
  });

  test.each([
    ['as gpg does it', []],
    ['with SHA-1 and AES-128', ['--s2k-digest-algo', 'SHA1', '--s2k-cipher-algo', 'AES']],
    ['with SHA-512, salted only', ['--s2k-digest-algo', 'SHA512', '--s2k-mode', '1']],
    ['with few rounds', ['--s2k-count', '1024']],
  ])('with a passphrase, %s, is opened', async (_what, argv) => {
    const path = await party.put('phrase', bytes);
    await writeFile(party.at('pass'), 'three words long');
    await party.gpg.ask(...argv, '--passphrase-file', party.at('pass'), '--symmetric', '--output', party.at('phrase.gpg'), path);
    await expect(party.files.open({ path: party.at('phrase.gpg'), out: party.at('phrase.out') })).rejects.toMatchObject({ code: 'PASSPHRASE_NEEDED' });
    for (let i = 0; i < 3; i++) {
      const wrong = party.files.open({ path: party.at('phrase.gpg'), out: party.at('phrase.out'), passphrase: `wrong ${i}` });
      await expect(wrong).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
    }
    await party.files.open({ path: party.at('phrase.gpg'), out: party.at('phrase.out'), passphrase: 'three words long' });
    expect(await party.read('phrase.out')).toEqual(bytes);
    await Promise.all(['phrase.out', 'phrase.gpg'].map((name) => party.remove(name)));
  });

  test('under a name from inside the message is opened under ours', async () => {
    await party.gpg.feed(Buffer.from(text), '--set-filename', '../../evil\u001b[31m', '--encrypt', '--recipient', 'paul', '--output', party.at('plain.pgp'));
    const { path } = await party.files.open({ path: party.at('plain.pgp') });
    expect(path).toBe(party.at('plain'));
    expect(await party.names()).not.toContain('evil');
  });
});
