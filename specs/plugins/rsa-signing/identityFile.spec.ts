import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openIdentity } from '../../../plugins/rsa-signing/identityFile.js';
import { RsaSigner } from '../../../plugins/rsa-signing/RsaSigner.js';
import { fixtureKey, fixturePem } from '../../fixtures/keys/rsaKeys.js';

let folder: string;
const file = (): string => join(folder, 'identity.pem');
const corrupt = expect.objectContaining({ code: 'IDENTITY_CORRUPT' });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfil-identity-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the identity of a device', () => {
  test('is made at the first start, for its owner only, and is the same at the next', async () => {
    const first = await openIdentity(folder, 2048);
    expect(await readdir(folder)).toEqual(['identity.pem']);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readFile(file(), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect((await openIdentity(folder, 4096)).peerId).toBe(first.peerId);
    expect(first.spki.length).toBe(294);
  });

  test('survives what a crash left beside it while the file was made', async () => {
    await writeFile(join(folder, 'identity.pem.new'), 'half a key');
    await openIdentity(folder, 2048);
    expect(await readdir(folder)).toEqual(['identity.pem']);
  });

  test('takes back the right of others to read a copied file', async () => {
    await writeFile(file(), fixturePem('rsa2048'), { mode: 0o600 });
    await chmod(file(), 0o644);
    expect((await openIdentity(folder, 2048)).peerId).toBe(new RsaSigner(fixtureKey('rsa2048')).peerId);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('never replaces a file that appeared while the key was made', async () => {
    const making = openIdentity(folder, 2048);
    await writeFile(file(), 'of somebody else');
    await expect(making).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^(DATA_IN_USE|IDENTITY_CORRUPT)$/) }));
    expect(await readFile(file(), 'utf8')).toBe('of somebody else');
    expect(await readdir(folder)).toEqual(['identity.pem']);
  });
});

describe('a damaged identity file', () => {
  const whole = fixturePem('rsa2048');
  const damaged: readonly (readonly [string, string])[] = [
    ['an empty file', ''],
    ['half a file', whole.slice(0, whole.length / 2)],
    ['text', 'hello\n'],
    ['a key of 1024 bits', fixturePem('rsa1024')],
    ['a key of 2052 bits', fixturePem('rsa2052')],
    ['a key with the exponent 3', fixturePem('rsa2048e3')],
    ['far too many bytes', whole + '\n'.repeat(20_000)],
    ['a modulus with a changed byte', changeByte(whole, 60)],
  ];

  test.each(damaged)('with %s is told and left as it is', async (_what, content) => {
    await writeFile(file(), content, { mode: 0o600 });
    await expect(openIdentity(folder, 2048)).rejects.toThrow(corrupt);
    expect(await readFile(file(), 'utf8')).toBe(content);
    expect(await readdir(folder)).toEqual(['identity.pem']);
  });

  test('that is a link is not followed', async () => {
    await writeFile(join(folder, 'elsewhere'), whole);
    await symlink(join(folder, 'elsewhere'), file());
    await expect(openIdentity(folder, 2048)).rejects.toThrow(corrupt);
  });
});

/** Another byte at that place of the DER inside. */
function changeByte(pem: string, at: number): string {
  const [head = '', ...rest] = pem.trimEnd().split('\n');
  const der = Buffer.from(rest.slice(0, -1).join(''), 'base64');
  der[at] = (der[at] ?? 0) ^ 0x10;
  const body = der.toString('base64').replace(/(.{64})/g, '$1\n');
  return [head, body.trimEnd(), rest.at(-1), ''].join('\n');
}
