import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { platform } from 'node:os';
import { concat } from '../../../core/base/bytes.js';
import { HALF_OPEN_MAX, HALF_OPEN_PER_ADDRESS_MAX } from '../../../core/base/limits.js';
import type { MessageView, NodeView } from '../../../core/events/commands.js';
import { frameHeader } from '../../../core/protocol/framing.js';
import { encodeHello } from '../../../core/protocol/handshakeFrames.js';
import { Attackers, type Attack } from '../../support/attackers.js';
import { watchMemory } from '../../support/processMemory.js';
import { Stage, type Running } from '../../support/processes.js';

const ATTACKERS = 500;
const MEMORY_MIB_MAX = 64;
/** So few of them to an address that no limit for one address stops any. */
const ADDRESSES = Math.ceil(ATTACKERS / HALF_OPEN_PER_ADDRESS_MAX);
const elsewhere = (n: number): string => `127.0.0.${2 + (n % ADDRESSES)}`;

function hello(): Uint8Array {
  const { frame } = encodeHello({ suite: 1, offer: [1, 2], knock: randomBytes(16), cookie: new Uint8Array(0), noise: randomBytes(32) });
  return concat(frameHeader(frame.length), frame);
}

/** Other systems have one address of loopback only. */
const onLinux = platform() === 'linux' ? describe : describe.skip;

onLinux('slow connections to a device, from many addresses of loopback (Linux only)', () => {
  let stage: Stage;
  let directory: Running;
  let board: Running;
  let pi: Running;
  let attack: Attackers | undefined;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    [pi, board] = await Promise.all([stage.device('pi', directory.address), stage.device('board', directory.address)]);
    await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  beforeEach(async () => {
    // A device that just started has no session and owes nobody a wait.
    await board.stop();
    board = await stage.device('board', directory.address);
  }, 60_000);
  afterEach(() => attack?.stop());

  function begin(more: Omit<Attack, 'port'>): Attackers {
    return (attack = new Attackers({ ...more, port: Number(pi.address.split(':').at(-1)) }));
  }

  /** Milliseconds from the command to the proof of delivery. */
  async function messageFromBoard(text: string): Promise<number> {
    const began = performance.now();
    const sent = await stage.ask<MessageView>('board', 'message', 'pi', text, '--wait', '--timeout', '60');
    expect(sent.state).toBe('delivered');
    return Math.round(performance.now() - began);
  }

  test('five hundred that say a byte a second do not keep an honest friend out, nor fill memory', async () => {
    const grown = await watchMemory(pi.pid);
    const attackers = begin({ sockets: ATTACKERS, from: elsewhere, says: hello(), bytesAtOnce: 1 });
    await attackers.until(() => attackers.letIn >= ATTACKERS);
    const ms = await messageFromBoard('through the crowd');
    const during = attackers.letIn;
    await attackers.until(() => attackers.thrownOut >= ATTACKERS - HALF_OPEN_MAX && attackers.letIn > during);
    process.stdout.write(`slow loris: ${ATTACKERS} sockets, an honest message took ${ms} ms, memory rose by ${(await grown()).toFixed(1)} MiB\n`);
    expect(await grown()).toBeLessThan(MEMORY_MIB_MAX);
    expect(await stage.ask<NodeView>('pi', 'status')).toMatchObject({ sessions: 1 });
  }, 120_000);

  test('[P-3.17] as many as one address may have that said HELLO and no more make room for their own address', async () => {
    const attackers = begin({ sockets: HALF_OPEN_PER_ADDRESS_MAX, from: () => '127.0.0.1', says: hello(), bytesAtOnce: 1_000 });
    // The rate of one address lets in five a second.
    await attackers.until(() => attackers.answered >= HALF_OPEN_PER_ADDRESS_MAX);
    attackers.hold();
    expect(attackers.standing).toBe(HALF_OPEN_PER_ADDRESS_MAX);
    const ms = await messageFromBoard('from the same address');
    process.stdout.write(`slow loris: from the address of the attack an honest message took ${ms} ms\n`);
    expect(attackers.standing).toBeLessThan(HALF_OPEN_PER_ADDRESS_MAX);
    await attackers.until(() => attackers.standing === 0);
  }, 120_000);

  test('five hundred that said HELLO and no more do not keep an honest friend out', async () => {
    const attackers = begin({ sockets: ATTACKERS, from: elsewhere, says: hello(), bytesAtOnce: 1_000 });
    await attackers.until(() => attackers.letIn >= ATTACKERS);
    const ms = await messageFromBoard('through the half-open');
    process.stdout.write(`slow loris: ${ATTACKERS} half-open, an honest message took ${ms} ms\n`);
  }, 120_000);
});
