import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { PGP_KEYS_TRIED_MAX } from '../../../core/base/limits.js';
import type { PeerId } from '../../../core/base/ids.js';
import { GPG_FRIEND, PgpParty } from '../../support/pgpParty.js';

let party: PgpParty;
beforeAll(async () => {
  party = await PgpParty.gather();
}, 60_000);
afterAll(() => party[Symbol.asyncDispose]());

const MIB = 1024 * 1024;
const bytes = randomBytes(200_000);

/** A message of gpg for our key, signed by the friend. */
async function fromGpg(name: string, ...more: readonly string[]): Promise<Buffer> {
  const path = await party.put(name, bytes);
  await party.gpg.ask('--sign', '--local-user', 'friend', '--encrypt', '--recipient', 'paul', ...more, '--output', `${path}.gpg`, path);
  await party.remove(name);
  return party.read(`${name}.gpg`);
}

/** It is refused with that code, and leaves nothing: no file of its name, and no other. */
async function refused(message: Uint8Array, code: string, passphrase?: string): Promise<void> {
  const path = await party.put('message.gpg', message);
  const before = await party.names();
  const opening = party.files.open({ path, out: party.at('out'), ...(passphrase === undefined ? {} : { passphrase }) });
  await expect(opening).rejects.toMatchObject({ code });
  expect(await party.names()).toEqual(before);
}

describe('a message that is not whole', () => {
  test.each([
    ['compressed', []],
    ['not compressed', ['-z', '0']],
  ])('%s, cut off anywhere, is refused and leaves nothing', async (_what, argv) => {
    const message = await fromGpg('cut', ...argv);
    for (const left of [message.length - 1, message.length - 25, Math.floor(message.length / 2), 2_000, 400]) {
      await refused(message.subarray(0, left), 'PGP_CORRUPT');
    }
  });

  test.each([
    ['compressed', []],
    ['not compressed', ['-z', '0']],
  ])('%s, with a flipped bit anywhere, is refused and leaves nothing', async (_what, argv) => {
    const message = await fromGpg('flip', ...argv);
    for (const at of [message.length - 1, message.length - 21, message.length - 100, 150_000, 70_001, 1_000, 200]) {
      const flipped = Uint8Array.from(message);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      await refused(flipped, 'PGP_CORRUPT');
    }
  });

  test('with something behind its end is refused', async () => {
    const message = await fromGpg('tail');
    await refused(Buffer.concat([message, message]), 'PGP_CORRUPT');
  });

  test('with a passphrase, cut or flipped, is refused', async () => {
    await party.seal({ path: await party.put('pass', bytes), peers: [], sign: false, passphrase: 'right' });
    const message = await party.read('pass.gpg');
    await refused(message.subarray(0, -1), 'PGP_CORRUPT', 'right');
    const flipped = Uint8Array.from(message);
    flipped[100_000] = (flipped[100_000] ?? 0) ^ 1;
    await refused(flipped, 'PGP_CORRUPT', 'right');
    await refused(message, 'PASSPHRASE_WRONG', 'Right');
  });
});

describe('what is no sealed message', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('Dear Paul,\n')],
    ['noise', Buffer.from([0x99, 1, 2, 3, 4, 5, 6, 7])],
    ['two MiB of packets before any sealed bytes', Buffer.alloc(2 * 1024 * 1024, Buffer.from([0xca, 3, 0x50, 0x47, 0x50]))],
  ])('%s is told so', (_what, content) => refused(content, 'PGP_NOT_SEALED'));

  test('a key, and a text that is only signed, are told so', async () => {
    await refused(await party.read('friend.asc'), 'PGP_NOT_SEALED');
    await party.gpg.ask('--sign', '--local-user', 'friend', '--output', party.at('signed.gpg'), await party.put('signed', 'text'));
    await refused(await party.read('signed.gpg'), 'PGP_NOT_SEALED');
  });

  test('a message without protection against changes is told so', async () => {
    await refused(packet(9, randomBytes(1_000)), 'PGP_NOT_SEALED', 'right');
  });
});

describe('a message for others', () => {
  test('is told as that, with or without a key of our own', async () => {
    await party.gpg.ask('--encrypt', '--recipient', 'friend', '--output', party.at('theirs.gpg'), await party.put('theirs', bytes));
    await refused(await party.read('theirs.gpg'), 'PGP_NOT_FOR_US');
    await mkdir(join(party.folder, 'empty'));
    const other = party.device('empty');
    await expect(other.open({ path: party.at('theirs.gpg'), out: party.at('out') })).rejects.toMatchObject({ code: 'PGP_NOT_FOR_US' });
    expect(await readdir(join(party.folder, 'empty'))).toEqual([]);
  });
});

describe('a signature', () => {
  test('of somebody unknown is told as unknown', async () => {
    await party.gpg.makeKey('stranger');
    const path = await party.put('strange', bytes);
    await party.gpg.ask('--sign', '--local-user', 'stranger', '--encrypt', '--recipient', 'paul', '--output', `${path}.gpg`, path);
    const { signatures } = await party.files.open({ path: `${path}.gpg`, out: party.at('strange.out') });
    expect(signatures).toEqual([{ state: 'unknown', keyId: expect.stringMatching(/^[0-9A-F]{16}$/) as unknown as string }]);
  });

  test('of our own key is told as ours', async () => {
    const own = await party.put('self.asc', (await party.files.ownKey('paul')).armored);
    const sealed = await party.seal({ path: await party.put('self', bytes), peers: [], keyFiles: [own] });
    const { signatures } = await party.files.open({ path: sealed.path, out: party.at('self.out') });
    expect(signatures).toEqual([expect.objectContaining({ state: 'good' })]);
    expect(signatures[0]).not.toHaveProperty('peer');
  });

  test('of a key that has expired since is still good, and the key is not sealed for any more', async () => {
    const peer = `${'A'.repeat(51)}Q` as PeerId;
    await party.gpg.makeKey('brief', 'seconds=4');
    await party.files.importKey(peer, await party.gpg.exportTo(party.at('brief.gpg'), 'brief'));
    const path = await party.put('soon', bytes);
    await party.gpg.ask('--sign', '--local-user', 'brief', '--encrypt', '--recipient', 'paul', '--output', `${path}.gpg`, path);
    const expiresMs = (await party.files.keyOf(peer)).createdMs + 4_000;
    while (Date.now() <= expiresMs + 1_000) await new Promise((resolve) => setTimeout(resolve, expiresMs + 1_001 - Date.now()));
    const { signatures } = await party.files.open({ path: `${path}.gpg`, out: party.at('soon.out') });
    expect(signatures).toEqual([expect.objectContaining({ state: 'good', peer })]);
    await expect(party.seal({ path: party.at('soon.out'), peers: [peer] })).rejects.toMatchObject({ code: 'PGP_KEY_INVALID' });
    await party.files.forget(peer);
  });

  test('over other bytes is refused and leaves nothing', async () => {
    // Two signed messages; the inside of one with the signature of the other, sealed anew with a passphrase by hand of gpg.
    const [a, b] = [await party.put('one', bytes), await party.put('two', randomBytes(bytes.length))];
    for (const path of [a, b]) await party.gpg.ask('-z', '0', '--sign', '--local-user', 'friend', '--output', `${path}.sig`, path);
    const [one, two] = [await party.read('one.sig'), await party.read('two.sig')];
    const inside = one.subarray(0, signatureAt(one));
    await refused(await sealed(Buffer.concat([inside, two.subarray(signatureAt(two))])), 'PGP_SIGNATURE_BAD', 'right');
  });
});

/** Where its signature begins: behind the one-pass signature and the data, whose lengths take one byte and four (RFC 9580, 4.2.2). */
function signatureAt(message: Buffer): number {
  const data = 2 + message.readUInt8(1);
  const at = data + 5 + message.readUInt32BE(data + 1);
  expect([message[0], message[data], message[at]]).toEqual([0x90, 0xae, 0x88]);
  return at;
}

/** Packets as they are, encrypted with the passphrase `right`. */
async function sealed(packets: Uint8Array): Promise<Uint8Array> {
  const { createMessage, encrypt, PacketList, LiteralDataPacket } = await import('openpgp');
  const message = await createMessage({ binary: new Uint8Array(0) });
  // A list that writes what it is given instead of packets of its own.
  const list = new PacketList();
  list.push(Object.assign(new LiteralDataPacket(), { fromRaw: true }));
  Object.assign(message, { packets: Object.assign(list, { write: () => packets }) });
  const bytes: unknown = await encrypt({ message, passwords: 'right', format: 'binary', config: { preferredCompressionAlgorithm: 0, aeadProtect: false } });
  return bytes as Uint8Array;
}

/** Header of a packet of the new format. */
const packet = (tag: number, body: Uint8Array): Buffer => {
  const head = Buffer.alloc(6);
  head.set([0xc0 | tag, 0xff]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
};

describe('a message made to exhaust', () => {
  test('the disk, by compression, is refused and leaves nothing', async () => {
    // A literal packet of 1 088 MiB in one MiB: the same compressed zeros again and again.
    const zeros = deflateRawSync(Buffer.alloc(64 * MIB), { finishFlush: constants.Z_FULL_FLUSH });
    const head = Buffer.from([0xcb, 0xff, 0, 0, 0, 0, 0x62, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(17 * 64 * MIB + 6, 2);
    const parts = [deflateRawSync(head, { finishFlush: constants.Z_FULL_FLUSH }), ...Array.from({ length: 17 }, () => zeros), deflateRawSync(Buffer.alloc(0))];
    await refused(await sealed(packet(8, Buffer.concat([Buffer.from([1]), ...parts]))), 'PGP_TOO_LARGE', 'right');
  }, 60_000);

  test('memory, by a signature of a GiB, is refused and leaves nothing', async () => {
    const deflated = deflateRawSync(Buffer.concat([Buffer.from([0xc2, 0xff, 0x40, 0, 0, 0]), Buffer.alloc(512 * MIB)]));
    await refused(await sealed(packet(8, Buffer.concat([Buffer.from([1]), deflated]))), 'PGP_TOO_LARGE', 'right');
  });
});

describe('a message', () => {
  test('for more hidden keys than are tried is refused', async () => {
    const path = await party.put('hidden', bytes);
    await party.gpg.ask('--encrypt', '--hidden-recipient', 'paul', '--output', `${path}.gpg`, path);
    const message = await party.read('hidden.gpg');
    const key = Uint8Array.from(message.subarray(0, (message[1] ?? 0) + 2));
    key[key.length - 1] = (key.at(-1) ?? 0) ^ 1;
    const before = (count: number): Buffer => Buffer.concat([...Array.from({ length: count }, () => key), message]);
    await refused(before(PGP_KEYS_TRIED_MAX), 'PGP_NOT_SEALED');
    await party.put('hidden.gpg', before(20));
    await party.files.open({ path: `${path}.gpg`, out: party.at('hidden.out') });
    expect(await party.read('hidden.out')).toEqual(bytes);
  });

  test.each(['CAMELLIA256', 'TWOFISH', 'CAST5'])('with a passphrase and %s is not told to have another passphrase', async (cipher) => {
    const path = await party.put(cipher, bytes);
    await party.gpg.ask('--symmetric', '--cipher-algo', cipher, '--passphrase', 'right', '--output', `${path}.gpg`, path);
    await refused(await party.read(`${cipher}.gpg`), 'PGP_NOT_SEALED', 'right');
  });

  test.each([
    ['two files', (file: Buffer) => Buffer.concat([file, file])],
    ['a file that says it is longer', (file: Buffer) => (file.writeUInt32BE(0xff_ff_ff_ff, 2), file)],
    ['nothing', () => Buffer.alloc(0)],
    [
      'thousands of packets in one another',
      (file: Buffer) => Array.from({ length: 3_000 }).reduce<Buffer>((inner) => packet(8, Buffer.concat([Buffer.of(0), inner])), file),
    ],
  ])('that holds %s is refused and leaves nothing', async (_what, inside) => {
    const file = packet(11, Buffer.concat([Buffer.from('b\u0000'), Buffer.alloc(4), bytes.subarray(0, 1_000)]));
    await refused(await sealed(inside(file)), 'PGP_CORRUPT', 'right');
  });

  test('that names a way out of the folder, and orders for the terminal, in it goes where we said', async () => {
    const name = '../../\u001b[2J\n';
    const inside = packet(11, Buffer.concat([Buffer.of(0x62, name.length), Buffer.from(name), Buffer.alloc(4), bytes]));
    const before = await party.names();
    const opened = await party.files.open({ path: await party.put('named.gpg', await sealed(inside)), out: party.at('named.out'), passphrase: 'right' });
    expect(opened).toEqual({ path: party.at('named.out'), bytes: bytes.length, signatures: [] });
    expect((await party.names()).filter((each) => !before.includes(each))).toEqual(['named.gpg', 'named.out']);
  });
});

describe('files and keys', () => {
  test('an existing file, or a link, is never replaced', async () => {
    const path = await party.put('there', 'old');
    await symlink(party.at('nowhere'), party.at('link'));
    await expect(party.seal({ path, out: path })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await expect(party.seal({ path, out: party.at('link') })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect((await party.read('there')).toString()).toBe('old');
  });

  test('a folder, a file that is not there and a place that is not there are told', async () => {
    await expect(party.seal({ path: party.at('.') })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(party.seal({ path: party.at('no such file') })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(party.seal({ path: party.at('there'), out: party.at('no/such/place') })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  test('a friend without a key, and files that are no keys, are told', async () => {
    const nobody = `${'A'.repeat(51)}Q` as PeerId;
    await expect(party.seal({ path: party.at('there'), peers: [nobody] })).rejects.toMatchObject({ code: 'PGP_NO_KEY' });
    await party.gpg.ask('--output', party.at('all.gpg'), '--export');
    await party.gpg.ask('--output', party.at('secret.asc'), '--armor', '--export-secret-keys', 'friend');
    for (const file of ['there', 'all.gpg', 'secret.asc']) {
      await expect(party.files.importKey(GPG_FRIEND, party.at(file))).rejects.toMatchObject({ code: 'PGP_KEY_INVALID' });
    }
  });

  test('our key stays the same after a restart, is ours alone, and is left as it is when it is damaged', async () => {
    const file = join(party.folder, 'data', 'openpgp', 'private.asc');
    await chmod(file, 0o644);
    const again = party.device('data');
    expect((await again.ownKey('another name')).fingerprint).toBe((await party.files.ownKey('paul')).fingerprint);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await mkdir(join(party.folder, 'broken', 'openpgp'), { recursive: true });
    const broken = join(party.folder, 'broken', 'openpgp', 'private.asc');
    await writeFile(broken, 'not a key');
    await expect(party.device('broken').ownKey('paul')).rejects.toMatchObject({ code: 'PGP_OWN_KEY_CORRUPT' });
    await expect(stat(broken)).resolves.toMatchObject({ size: 9 });
  });

  test('work that is under way when the device stops is ended and leaves nothing', async () => {
    const path = await party.put('long', Buffer.alloc(64 * MIB));
    const before = await party.names();
    const device = party.device('data');
    await device.importKey(GPG_FRIEND, party.at('friend.asc'));
    const sealing = device.seal({ path, peers: [GPG_FRIEND], keyFiles: [], sign: true, armor: false, as: 'paul' });
    const ended = expect(sealing).rejects.toMatchObject({ code: 'STOPPED' });
    await device.close();
    await ended;
    expect(await party.names()).toEqual(before);
  });
});
