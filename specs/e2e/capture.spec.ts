import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePeerId, peerIdToBytes } from '../../core/base/ids.js';
import { freePort } from '../support/freePort.js';
import { Stage, type Running } from '../support/processes.js';
import { RecordingProxy } from '../support/recordingProxy.js';

const TEXT = 'rendez-vous-secret-dans-la-salle-des-machines';
const ANSWER = 'entendu-personne-ne-doit-le-savoir';
const FILE_NAME = 'bulletin-confidentiel.bin';
const NAMES = ['capucine-lefebvre', 'tableau-salle-douze'] as const;

/** The forms in which a secret could leak: as bytes, hex (both cases), base64 and UTF-16. */
function formsOf(secret: string | Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(secret as Uint8Array);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const wide = typeof secret === 'string' ? [Buffer.from(secret, 'utf16le')] : [];
  // The last character of base64 depends on what follows.
  return [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('hex').toUpperCase()), Buffer.from(base64.slice(0, -2)), ...wide];
}

const found = (capture: Buffer, secret: string | Uint8Array): boolean => formsOf(secret).some((form) => capture.includes(form));

describe('everything on the wire of a whole conversation', () => {
  const mqtt = new RecordingProxy();
  const tcp = [new RecordingProxy(), new RecordingProxy()] as const;
  const file = randomBytes(300_000);
  const running: Running[] = [];
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
    const directory = await stage.directory();
    mqtt.aim(portOf(directory.address));
    const url = `mqtt://127.0.0.1:${await mqtt.listen()}`;
    for (const [i, name] of NAMES.entries()) {
      const proxy = tcp[i] ?? tcp[0];
      const port = await freePort();
      proxy.aim(port);
      running.push(await stage.device(name, url, '--listen', `127.0.0.1:${port}`, '--announce', `127.0.0.1:${await proxy.listen()}`));
    }
    await converse();
    await Promise.all(running.map((device) => device.stop()));
  }, 180_000);

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await Promise.all([mqtt, ...tcp].map((proxy) => proxy.close()));
  }, 60_000);

  async function converse(): Promise<void> {
    const [pi, board] = running as [Running, Running];
    await stage.befriend({ name: NAMES[0], running: pi }, { name: NAMES[1], running: board });
    await stage.ask(NAMES[0], 'message', NAMES[1], TEXT, '--wait', '--timeout', '30');
    await stage.ask(NAMES[1], 'message', NAMES[0], ANSWER, '--wait', '--timeout', '30');
    await stage.ask(NAMES[1], 'read', NAMES[0]);
    const path = join(stage.folder, FILE_NAME);
    await writeFile(path, file);
    const sending = stage.ask(NAMES[0], 'send', NAMES[1], path, '--wait', '--timeout', '60');
    const offer = await board.until('the offer', (event) => (event.type === 'transfer.offered' && event.direction === 'in' ? event.id : undefined));
    await stage.ask(NAMES[1], 'transfers', 'accept', offer);
    await sending;
  }

  const peerLink = (): Buffer => Buffer.concat(tcp.map((proxy) => proxy.capture));

  test('passed through the recorder', () => {
    expect(peerLink().length).toBeGreaterThan(file.length);
    expect(peerLink().includes('SFL1')).toBe(true);
    expect(mqtt.capture.includes('sansfil/1/')).toBe(true);
    // The search itself is shown to find: names are in clear between device and directory as long as there is no TLS.
    expect(NAMES.filter((name) => found(mqtt.capture, name))).toEqual(NAMES);
  });

  test('holds neither a message nor a file name nor a piece of the file', () => {
    const all = Buffer.concat([peerLink(), mqtt.capture]);
    const secrets = [TEXT, ANSWER, FILE_NAME, 'bulletin', file.subarray(0, 24), file.subarray(150_000, 150_024), file.subarray(-24)];
    expect(secrets.filter((secret) => found(all, secret))).toEqual([]);
  });

  test('holds no account name and no identity on the link of the peers', () => {
    const leaks = [...NAMES, ...identities()].filter((secret) => found(peerLink(), secret));
    expect(leaks).toEqual([]);
  });

  test('holds no key material', async () => {
    const all = Buffer.concat([peerLink(), mqtt.capture]);
    const secrets: (string | Uint8Array)[] = ['PRIVATE KEY'];
    for (const name of NAMES) {
      const pem = await readFile(join(stage.data(name), 'identity.pem'), 'utf8');
      const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
      // The private exponent and primes lie in the second half of the PKCS#8 of an RSA key.
      for (let at = Math.floor(der.length / 2); at + 24 <= der.length; at += 24) secrets.push(der.subarray(at, at + 24));
    }
    expect(secrets.length).toBeGreaterThan(20);
    expect(secrets.filter((secret) => found(all, secret))).toEqual([]);
  });

  test('left no message in what the directory keeps', async () => {
    const folder = stage.data('directory');
    const kept = Buffer.concat(
      await Promise.all((await readdir(folder)).filter((name) => !name.endsWith('.sock')).map((name) => readFile(join(folder, name)))),
    );
    expect(kept.length).toBeGreaterThan(0);
    expect([TEXT, ANSWER, FILE_NAME].filter((secret) => found(kept, secret))).toEqual([]);
  });

  function identities(): readonly (string | Uint8Array)[] {
    const peers = running.map(({ ready }) => parsePeerId(String(ready.peer)));
    return [...peers, ...peers.map((peer) => peerIdToBytes(peer))];
  }
});

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));
