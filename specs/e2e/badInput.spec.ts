import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/freePort.js';
import { Stage, type Running } from '../support/processes.js';

interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

describe('bad input', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Running;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    pi = await stage.device('pi', directory.address);
    await pi.until('the directory', (event) => (event.type === 'directory.changed' && event.state === 'unregistered' ? true : undefined));
    await stage.ask('pi', 'register', 'pi');
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  const refused = (argv: readonly string[], input?: string) => stage.run<Refusal>(argv, input);
  const onPi = (...argv: string[]): string[] => [...argv, '--data', stage.data('pi')];

  async function expectRefusal(ran: Promise<{ exit: unknown; document: Refusal }>, exit: number, code: string): Promise<void> {
    const { exit: ended, document } = await ran;
    expect({ exit: ended, code: document.error.code }).toEqual({ exit, code });
    expect(document.error.message).toMatch(/^\p{Lu}.*\.(?: \(.*\))?$/su);
  }

  test('a port in use is refused when it was asked for, and the one who has it goes on', async () => {
    const port = pi.address.split(':').at(-1) ?? '';
    await expectRefusal(refused(['run', '--listen', `127.0.0.1:${port}`, '--data', stage.data('other')]), 1, 'PORT_IN_USE');
    const brokerPort = directory.address.split(':').at(-1) ?? '';
    await expectRefusal(refused(['directory', '127.0.0.1', brokerPort, '--data', stage.data('other directory')]), 1, 'PORT_IN_USE');
    expect(await stage.ask('pi', 'whoami')).toMatchObject({ name: 'pi' });
  }, 60_000);

  test('a data folder in use is refused, and the device that has it goes on', async () => {
    await expectRefusal(refused(['run', '--listen', '127.0.0.1:0', '--data', stage.data('pi')]), 1, 'DATA_IN_USE');
    expect(await stage.ask('pi', 'whoami')).toMatchObject({ name: 'pi', state: 'online' });
    await expectRefusal(refused(['directory', '127.0.0.1', '0', '--data', stage.data('directory')]), 1, 'DATA_IN_USE');
  }, 60_000);

  test('an unknown account, an unknown friend and a taken name are refused by name', async () => {
    await expectRefusal(refused(onPi('friends', 'add', 'nobody')), 1, 'ACCOUNT_UNKNOWN');
    await expectRefusal(refused(onPi('message', 'nobody', 'hello')), 1, 'FRIEND_UNKNOWN');
    await expectRefusal(refused(onPi('register', 'second')), 1, 'ALREADY_REGISTERED');
    const late = await stage.device('late', directory.address);
    await late.until('the directory', (event) => (event.type === 'directory.changed' && event.state === 'unregistered' ? true : undefined));
    await expectRefusal(refused(['register', 'PI', '--data', stage.data('late')]), 4, 'NAME_TAKEN');
    await expectRefusal(refused(['register', '../pi', '--data', stage.data('late')]), 2, 'NAME_INVALID');
    expect(await stage.ask('late', 'register', 'late')).toMatchObject({ name: 'late' });
    expect(await late.stop()).toBe(0);
  }, 60_000);

  test('a value out of bounds is refused', async () => {
    await expectRefusal(refused(onPi('history', 'pi', '--limit', '5000')), 2, 'COMMAND_INVALID');
    await expectRefusal(refused(onPi('message', 'nobody'), 'x'.repeat(2_000_000)), 2, 'MESSAGE_TOO_LONG');
    await expectRefusal(refused(onPi('transfers', 'accept', '0'.repeat(32))), 1, 'TRANSFER_UNKNOWN');
    await expectRefusal(refused(onPi('transfers', 'accept', 'nonsense')), 2, 'ID_INVALID');
  });

  test('an unreachable directory is told, and the device runs without it', async () => {
    const port = await freePort();
    const alone = await stage.device('alone', `127.0.0.1:${port}`);
    await expectRefusal(refused(['register', 'alone', '--data', stage.data('alone')]), 3, 'DIRECTORY_UNREACHABLE');
    expect(await stage.ask('alone', 'status')).toMatchObject({ directory: { state: expect.not.stringMatching(/^(online|connecting)$/) } });
    expect(await alone.stop()).toBe(0);
  }, 60_000);

  test('a corrupt database is refused and left as it is', async () => {
    const folder = await usedFolder('corrupt database');
    const file = await findFile(folder, /\.(?:db|sqlite|sqlite3)$/);
    const garbage = Buffer.alloc(64 * 1024, 'garbage ');
    await writeFile(file, garbage);
    await expectRefusal(refused(['run', '--listen', '127.0.0.1:0', '--data', folder]), 1, 'STORE_CORRUPT');
    expect((await readFile(file)).equals(garbage)).toBe(true);
  }, 60_000);

  test('a damaged identity is refused and left as it is, never replaced', async () => {
    const folder = await usedFolder('damaged identity');
    const file = await findFile(folder, /identity.*\.(?:pem|der|key|json)$|\.pem$/);
    const whole = await readFile(file);
    const damaged = whole.subarray(0, whole.length / 2);
    await writeFile(file, damaged);
    await expectRefusal(refused(['run', '--listen', '127.0.0.1:0', '--data', folder]), 1, 'IDENTITY_CORRUPT');
    expect((await readFile(file)).equals(damaged)).toBe(true);
    await writeFile(file, whole);
    const again = await stage.device('damaged identity', directory.address);
    expect(await again.stop()).toBe(0);
  }, 60_000);

  test('a wrong setting is refused by its name before anything starts', async () => {
    const folder = stage.data('misconfigured');
    await mkdir(folder);
    await writeFile(join(folder, 'config.json'), '{ "listen": "0.0.0.0" }');
    const ran = refused(['run', '--data', folder]);
    await expectRefusal(ran, 2, 'CONFIG_INVALID');
    expect((await ran).document.error.message).toContain('listen');
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  test('without a device every verb says how to start one', async () => {
    await expectRefusal(refused(['whoami', '--data', stage.data('nobody')]), 3, 'NOT_RUNNING');
  });

  /** A data folder a device has used and left in good order. */
  async function usedFolder(name: string): Promise<string> {
    const device = await stage.device(name, directory.address);
    expect(await device.stop()).toBe(0);
    return stage.data(name);
  }
});

async function findFile(folder: string, name: RegExp): Promise<string> {
  const found = (await readdir(folder)).find((one) => name.test(one));
  if (found === undefined) throw new Error(`no ${String(name)} among ${(await readdir(folder)).join(', ')}`);
  return join(folder, found);
}
