import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlClient } from '../../dist/plugins/control-socket/client.js';
import { start } from './processes.mjs';

const REPLY_BYTES_MAX = 2 ** 28;
const STEP_MS_MAX = 10 * 60_000;

export const startDirectory = (folder) => start(folder, 'directory', ['directory', '127.0.0.1', '0', '--data', join(folder, 'directory')]);

/** A device on loopback with the usual identity, its data in `<folder>/<name>`. */
export function startDevice(folder, name, url, more = [], nodeArgs = []) {
  mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  const listen = more.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  return start(folder, name, ['run', '--data', join(folder, name), '--directory', url, '--name', name, ...listen, ...more], nodeArgs);
}

/** A client of a device's control socket, with what its facts have told so far and when (`at`, of this process's clock). */
export async function control(folder, name) {
  const client = await ControlClient.connect(join(folder, name), { lineBytesMax: REPLY_BYTES_MAX });
  const facts = [];
  const friends = new Map();
  const watchers = new Set();
  const waiting = [];
  await client.watch((event) => {
    const fact = { ...event, at: performance.now() };
    if (event.type === 'friend.changed') friends.set(event.name, event.state);
    if (event.type !== 'transfer.progressed') facts.push(fact);
    for (const watcher of watchers) watcher(fact);
    for (const wake of waiting.splice(0)) wake();
  });
  const until = async (holds) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      for (const wake of waiting.splice(0)) wake();
    }, STEP_MS_MAX).unref();
    try {
      for (;;) {
        const found = holds({ facts, friends });
        if (found) return found;
        if (late) throw new Error(`${name} waited too long; the last it told: ${JSON.stringify(facts.at(-1))}`);
        await new Promise((resolve) => waiting.push(resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    name,
    client,
    until,
    /** Calls back with every fact; the function returned ends that. */
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** What has been told is forgotten: facts of thousands of files are long. */
    forget: () => void facts.splice(0),
    close: () => client[Symbol.asyncDispose](),
  };
}

/** Makes two devices friends and their session stand. */
export async function befriend(a, b) {
  for (const { client } of [a, b]) {
    while ((await client.dispatch({ type: 'account.show' })).state !== 'online') await sleep(50);
  }
  await a.client.dispatch({ type: 'friend.request', name: b.name });
  await b.until(({ friends }) => friends.get(a.name) === 'incoming');
  await b.client.dispatch({ type: 'friend.accept', name: a.name });
  await a.until(({ friends }) => friends.get(b.name) === 'friend');
  await say(a, b.name, 'hello');
}

/** Sends a message and resolves with the milliseconds until the fact that the receiver has it on the disk. */
export async function say(from, to, text) {
  const began = performance.now();
  const { id } = await from.client.dispatch({ type: 'message.send', to, text });
  const { at } = await from.until(({ facts }) => facts.find((fact) => fact.type === 'message.delivered' && fact.id === id));
  return at - began;
}
