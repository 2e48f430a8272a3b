import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SansfilError } from '../../core/base/errors.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import type { ControlClient } from '../../plugins/control-socket/client.js';
import type { FactWaiter } from '../shared/FactWaiter.js';
import { language } from '../shared/words.js';
import { demoWords } from './words.js';

/** One of the two devices, as the demo drives it. */
export interface Actor {
  readonly name: string;
  readonly device: ControlClient;
  readonly facts: FactWaiter;
  readonly folder: string;
}

export interface StoryResult {
  readonly messages: number;
  readonly file: { readonly bytes: number; readonly ms: number; readonly sha256: string };
}

const STEP_MS_MAX = 60_000;
const FILE_BYTES = 8 * 1024 * 1024;

/** Everything two people do for the first time, each step checked. @throws SansfilError with the first thing that is not as it should be */
export async function tellStory(a: Actor, b: Actor, say: (line: string) => void): Promise<StoryResult> {
  await Promise.all([enter(a, say), enter(b, say)]);
  await befriend(a, b, say);
  await compareNumbers(a, b, say);
  await talk(a, b, demoWords().hello(b.name), say);
  await talk(b, a, demoWords().answer(a.name), say);
  return { messages: 2, file: await sendFile(a, b, say) };
}

async function enter({ name, device, facts }: Actor, say: (line: string) => void): Promise<void> {
  const { state } = await device.dispatch({ type: 'account.show' });
  if (state !== 'unregistered')
    await until(facts, demoWords().directoryOf(name), (event) => event.type === 'directory.changed' && event.state === 'unregistered');
  const account = await device.dispatch({ type: 'account.register', name });
  check(account.name === name, demoWords().wrongName);
  say(demoWords().registered(name, account.fingerprint));
}

async function befriend(a: Actor, b: Actor, say: (line: string) => void): Promise<void> {
  await a.device.dispatch({ type: 'friend.request', name: b.name });
  say(demoWords().asks(a.name, b.name));
  await until(b.facts, demoWords().requestAt(b.name), (event) => event.type === 'friend.changed' && event.name === a.name && event.state === 'incoming');
  await b.device.dispatch({ type: 'friend.accept', name: a.name });
  await until(a.facts, demoWords().friendshipAt(a.name), (event) => event.type === 'friend.changed' && event.name === b.name && event.state === 'friend');
  say(demoWords().accepts(b.name));
}

async function compareNumbers(a: Actor, b: Actor, say: (line: string) => void): Promise<void> {
  const ofA = await a.device.dispatch({ type: 'friend.verify', name: b.name });
  const ofB = await b.device.dispatch({ type: 'friend.verify', name: a.name });
  say(demoWords().number(a.name, ofA.safetyNumber));
  say(demoWords().number(b.name, ofB.safetyNumber));
  check(ofA.safetyNumber === ofB.safetyNumber && ofA.safetyNumber.length > 0, demoWords().numbersDiffer);
  const confirmed = await Promise.all([
    a.device.dispatch({ type: 'friend.verify', name: b.name, confirmed: true }),
    b.device.dispatch({ type: 'friend.verify', name: a.name, confirmed: true }),
  ]);
  check(
    confirmed.every(({ verified }) => verified),
    demoWords().notVerified,
  );
  say(demoWords().equal);
}

async function talk(from: Actor, to: Actor, text: string, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  const { id } = await from.device.dispatch({ type: 'message.send', to: to.name, text });
  say(demoWords().says(from.name, to.name, text));
  await until(to.facts, demoWords().messageAt(to.name), (event) => event.type === 'message.received' && event.id === id && event.text === text);
  await until(from.facts, demoWords().deliveryTo(to.name), (event) => event.type === 'message.delivered' && event.id === id);
  const took = performance.now() - began;
  const unread = await to.device.dispatch({ type: 'message.read', from: from.name });
  check(unread.length === 1 && unread[0]?.text === text, demoWords().notUnread);
  await until(from.facts, demoWords().receiptOf(to.name), (event) => event.type === 'message.read' && event.by === 'peer' && event.id === id);
  const shown = await from.device.dispatch({ type: 'message.show', to: to.name, id });
  check(shown.state === 'read', demoWords().wrongState(language.states.message[shown.state]));
  say(demoWords().delivered(language.duration(took), language.states.message[shown.state]));
}

async function sendFile(from: Actor, to: Actor, say: (line: string) => void): Promise<StoryResult['file']> {
  const path = join(from.folder, 'picture of the board.bin');
  await writeFile(path, randomBytes(FILE_BYTES));
  const sha256 = await hashOf(path);
  const { id } = await from.device.dispatch({ type: 'file.send', to: to.name, paths: [path] });
  say(demoWords().offers(from.name, language.bytes(FILE_BYTES)));
  await until(to.facts, demoWords().offerAt(to.name), (event) => event.type === 'transfer.offered' && event.id === id && event.direction === 'in');
  const began = performance.now();
  await to.device.dispatch({ type: 'transfer.accept', id });
  say(demoWords().takes(to.name));
  const received = await completion(to, id);
  await completion(from, id);
  const ms = performance.now() - began;
  const at = received[0];
  check(at !== undefined, demoWords().noFile);
  check((await hashOf(at)) === sha256, demoWords().hashesDiffer);
  say(demoWords().received(at, language.duration(ms), language.speed(FILE_BYTES / (ms / 1_000)), sha256));
  return { bytes: FILE_BYTES, ms: Math.round(ms), sha256 };
}

function completion({ facts, name }: Actor, id: string): Promise<readonly string[]> {
  return facts.until(
    (event) => {
      if (event.type === 'transfer.ended' && event.id === id) throw new SansfilError(event.code);
      return event.type === 'transfer.completed' && event.id === id ? event.paths : undefined;
    },
    { timeoutMs: STEP_MS_MAX, what: demoWords().fileAt(name) },
  );
}

async function until(facts: FactWaiter, what: string, is: (event: DomainEvent) => boolean): Promise<void> {
  await facts.until((event) => (is(event) ? true : undefined), { timeoutMs: STEP_MS_MAX, what });
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

function check(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new SansfilError('BUG', otherwise);
}
