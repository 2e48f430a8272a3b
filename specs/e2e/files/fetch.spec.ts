import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShareView, TransferView } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { progressed, sha256Of } from '../../support/filePair.js';
import { PlantedProgram } from '../../support/PlantedProgram.js';
import { Stage, type Running } from '../../support/processes.js';

const MIB = 2 ** 20;
const HOLDERS = ['one', 'two', 'three'] as const;

/** A build that announces a hash which is not the content's. */
const LIE = {
  file: 'core/engine/dataPlane/ChunkSender.ts',
  find: 'await lane.sendChunk({ transferId, item, index, hash, tag }',
  replace: 'await lane.sendChunk({ transferId, item, index, hash: new Uint8Array(32).fill(7), tag }',
};

const completed =
  (id: string) =>
  (event: DomainEvent): string | undefined =>
    event.type === 'transfer.completed' && event.id === id ? event.paths[0] : undefined;

describe('[P-6.24] what several friends have, between real processes', () => {
  let stage: Stage;
  let program: PlantedProgram;
  let directory: Running;
  let pi: Running;
  const running = new Map<string, Running>();
  /** By holder, the id of what it shares. */
  const shares = new Map<string, string>();

  const holder = (name: string): Running => {
    const one = running.get(name);
    if (!one) throw new Error(`no ${name}`);
    return one;
  };
  const shareOf = (name: string): string => shares.get(name) ?? '';
  /** A new file that all of these share; its hash. */
  const share = async (fileBytes: number, names: readonly string[], fileName: string): Promise<string> => {
    const bytes = randomBytes(fileBytes);
    let path = '';
    for (const name of names) {
      path = join(stage.folder, `${name}-${fileName}`);
      await writeFile(path, bytes);
      shares.set(name, (await stage.ask<ShareView>(name, 'share', 'add', path)).id);
    }
    return sha256Of(path);
  };
  const connected = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await stage.ask('pi', 'message', name, 'here', '--wait', '--timeout', '60');
  };

  beforeAll(async () => {
    stage = await Stage.open();
    program = await PlantedProgram.with([LIE]);
    directory = await stage.directory();
    pi = await stage.device('pi', directory.address);
    await stage.register({ name: 'pi', running: pi });
    for (const name of [...HOLDERS, 'liar']) {
      const one = await (name === 'liar' ? stage.planted(program, name, directory.address) : stage.device(name, directory.address));
      running.set(name, one);
      await stage.register({ name, running: one });
      await stage.meet({ name: 'pi', running: pi }, { name, running: one });
    }
  }, 240_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await program[Symbol.asyncDispose]();
  }, 60_000);

  test('comes from all three at once, and is the file', async () => {
    const shared = await share(256 * MIB, HOLDERS, 'film.bin');
    await connected(HOLDERS);
    const fetched = stage.ask<TransferView>('pi', 'fetch', 'one', shareOf('one'), '--wait', '--timeout', '90');
    const id = await pi.until('the fetch', (event) => (event.type === 'transfer.fetching' ? event.id : undefined));
    const most = new Map<string, number>();
    for (let left = true; left;) {
      const view = (await stage.ask<readonly TransferView[]>('pi', 'transfers')).find((one) => one.id === id);
      for (const { with: name, bytes: came } of view?.holders ?? []) most.set(name, came);
      left = view?.state !== 'done';
    }
    expect(await fetched).toMatchObject({ state: 'done', bytes: 256 * MIB });
    expect(await sha256Of(await pi.until('the file', completed(id)))).toBe(shared);
    expect([...most.keys()].sort()).toEqual([...HOLDERS].sort());
    expect(Math.min(...most.values())).toBeGreaterThan(2 * MIB);
  }, 120_000);

  test('comes from the others when one lies; that one is named', async () => {
    const shared = await share(160 * MIB, ['liar', 'one', 'two'], 'lie.bin');
    await connected(['liar', 'one', 'two']);
    const { id } = await stage.ask<TransferView>('pi', 'fetch', 'one', shareOf('one'));
    const liar = await pi.until('the lie', (event) => (event.type === 'transfer.holderDropped' ? event : undefined));
    expect(liar).toMatchObject({ id, code: 'HOLDER_LIED', peer: holder('liar').ready['peer'] });
    expect(await sha256Of(await pi.until('the file', completed(id)))).toBe(shared);
  }, 120_000);

  test('goes on with the others when a holder is killed, and by itself after the receiver was', async () => {
    const shared = await share(160 * MIB, ['one', 'two'], 'long.bin');
    await connected(['one', 'two']);
    const { id } = await stage.ask<TransferView>('pi', 'fetch', 'one', shareOf('one'));
    await pi.until('some of it', progressed(id, 8 * MIB));
    await holder('two').kill();
    const before = await pi.until('more of it', progressed(id, 16 * MIB));
    await pi.kill();
    pi = await stage.device('pi', directory.address);
    const [view] = (await stage.ask<readonly TransferView[]>('pi', 'transfers')).filter((one) => one.id === id);
    expect(view?.bytes).toBeGreaterThan(before - 32 * MIB);
    expect(await sha256Of(await pi.until('the file', completed(id)))).toBe(shared);
    running.set('two', await stage.device('two', directory.address));
  }, 120_000);

  test('waits when nobody who has it is there, says so, and goes on when one is back', async () => {
    const shared = await share(160 * MIB, ['three'], 'alone.bin');
    const { id } = await stage.ask<TransferView>('pi', 'fetch', 'three', shareOf('three'), '--to', join(stage.folder, 'here'));
    await pi.until('some of it', progressed(id, 4 * MIB));
    await holder('three').kill();
    const why = await pi.until('the wait', (event) => (event.type === 'transfer.interrupted' && event.id === id ? event.code : undefined));
    expect(why).toBe('HOLDERS_AWAY');
    const [waiting] = (await stage.ask<readonly TransferView[]>('pi', 'transfers')).filter((one) => one.id === id);
    expect(waiting).toMatchObject({ state: 'paused', code: 'HOLDERS_AWAY', holders: [] });
    running.set('three', await stage.device('three', directory.address));
    const path = await pi.until('the file', completed(id));
    expect(path).toBe(join(stage.folder, 'here', 'three-alone.bin'));
    expect(await sha256Of(path)).toBe(shared);
  }, 120_000);
});
