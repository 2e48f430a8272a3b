/**
 * `npm run bench:device`: start-up and idle memory of one device, and the round trip of a message between two, as a user
 * gets them: the built program, real processes, TCP on loopback, SQLite at both ends with every commit on the disk.
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlClient } from '../../dist/plugins/control-socket/client.js';
import { ENTRY, start, timeCommand, usageOf } from './processes.mjs';
import { at, publish, row } from './report.mjs';

const ROUNDS = 7;
const ROUND_TRIPS = 300;
const WARM_UP = 20;
const BURST = 2_000;
const IDLE_MS = 10_000;
const REPLY_BYTES_MAX = 2 ** 24;
const TEXT = 'x'.repeat(200);

const folder = mkdtempSync(join(tmpdir(), 'sansfil-bench-'));
const runDevice = (name, url) => {
  mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  return start(folder, name, ['run', '--data', join(folder, name), '--directory', url, '--listen', '127.0.0.1:0', '--name', name]);
};

/** Start-up of a device that has its key, its account and its store, A B A B with what bare Node needs. */
async function measureStart(url) {
  const samples = { node: [], version: [], ready: [] };
  await (await runDevice('alone', url)).stop();
  for (let round = 0; round < ROUNDS; round++) {
    samples.node.push(await timeCommand(['-e', '0']));
    samples.version.push(await timeCommand([ENTRY, '--version']));
    const device = await runDevice('alone', url);
    samples.ready.push(device.readyMs);
    await device.stop();
  }
  return samples;
}

/** What a device holds and uses when nobody asks anything of it. */
async function measureIdle(pid) {
  const rss = [];
  const before = usageOf(pid);
  for (let sample = 0; sample < 10; sample++) {
    await sleep(IDLE_MS / 10);
    rss.push(usageOf(pid).rss);
  }
  return { rss, cpu: ((usageOf(pid).cpuSeconds - before.cpuSeconds) / (IDLE_MS / 1000)) * 100 };
}

/** A client of a device's control socket, with what its facts have told so far. */
async function control(name) {
  const client = await ControlClient.connect(join(folder, name), { lineBytesMax: REPLY_BYTES_MAX });
  const told = { delivered: new Set(), friends: new Map() };
  let wake = () => undefined;
  await client.watch((event) => {
    if (event.type === 'message.delivered') told.delivered.add(event.id);
    if (event.type === 'friend.changed') told.friends.set(event.name, event.state);
    wake();
  });
  const until = async (holds) => {
    while (!holds(told)) await new Promise((resolve) => (wake = resolve));
  };
  return { client, until };
}

async function befriend(pi, board) {
  for (const { client } of [pi, board]) {
    while ((await client.dispatch({ type: 'account.show' })).state !== 'online') await sleep(50);
  }
  await pi.client.dispatch({ type: 'friend.request', name: 'board' });
  await board.until(({ friends }) => friends.get('pi') === 'incoming');
  await board.client.dispatch({ type: 'friend.accept', name: 'pi' });
  await pi.until(({ friends }) => friends.get('board') === 'friend');
}

/** One message after the other: from asking the sender to its fact that the receiver has it on the disk. */
async function measureRoundTrips(pi) {
  const samples = [];
  for (let trip = -WARM_UP; trip < ROUND_TRIPS; trip++) {
    const began = performance.now();
    const { id } = await pi.client.dispatch({ type: 'message.send', to: 'board', text: TEXT });
    await pi.until(({ delivered }) => delivered.has(id));
    if (trip >= 0) samples.push(performance.now() - began);
  }
  return samples;
}

/** Many messages at once: all of them durable at both ends, messages a second. */
async function measureBurst(pi) {
  const began = performance.now();
  const send = () => pi.client.dispatch({ type: 'message.send', to: 'board', text: TEXT });
  const sent = await Promise.all(Array.from({ length: BURST }, send));
  await pi.until(({ delivered }) => sent.every(({ id }) => delivered.has(id)));
  return BURST / ((performance.now() - began) / 1000);
}

/** The floor of the same run: 200 bytes there and back between two sockets of one process. */
async function measureEcho() {
  const server = createServer({ noDelay: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect({ port: server.address().port, host: '127.0.0.1', noDelay: true });
  const samples = [];
  for (let trip = 0; trip < ROUND_TRIPS; trip++) {
    const began = performance.now();
    socket.write(TEXT);
    await once(socket, 'data');
    samples.push(performance.now() - began);
  }
  socket.destroy();
  server.close();
  return samples;
}

const ratio = (a, b) => (at(a, 0.5) / at(b, 0.5)).toFixed(2);

try {
  const directory = await start(folder, 'directory', ['directory', '127.0.0.1', '0', '--data', join(folder, 'directory')]);
  const starts = await measureStart(directory.ready.url);
  const bothDevices = () => Promise.all(['pi', 'board'].map((name) => runDevice(name, directory.ready.url)));
  // Started twice: making a key and an account is not what an idle device should be weighed with.
  for (const device of await bothDevices()) await device.stop();
  const devices = await bothDevices();
  const idle = await measureIdle(devices[0].pid);
  const [pi, board] = await Promise.all([control('pi'), control('board')]);
  await befriend(pi, board);
  const echo = await measureEcho();
  const trips = await measureRoundTrips(pi);
  const bursts = [];
  for (let round = 0; round < 5; round++) bursts.push(await measureBurst(pi));
  const { peak } = usageOf(devices[0].pid);
  await Promise.all([pi, board].map(({ client }) => client[Symbol.asyncDispose]()));
  for (const each of [...devices, directory]) await each.stop();
  const rows = [
    row('`node -e 0`', 'ms', starts.node),
    row('`sansfil --version`', 'ms', starts.version),
    row('device ready for its first command', 'ms', starts.ready),
    row('device idle, resident', 'MiB', idle.rss),
    row('message round trip, 200 bytes, durable at both ends', 'ms', trips),
    row(`messages one way, ${BURST} at once, durable at both ends`, '1/s', bursts),
    row('TCP echo of 200 bytes in one process', 'ms', echo),
  ];
  await publish('device', rows, [
    `\`sansfil --version\` ÷ \`node -e 0\`: ${ratio(starts.version, starts.node)}; device ready ÷ \`node -e 0\`: ${ratio(starts.ready, starts.node)}.`,
    `Message round trip p99 ${at(trips, 0.99).toFixed(2)} ms; it includes the control socket, which the command line uses as well.`,
    `Idle CPU over ${IDLE_MS / 1000} s: ${idle.cpu.toFixed(1)} %; peak of the sender after all messages ${peak.toFixed(0)} MiB.`,
    'Device with engine, TCP, MQTT client, SQLite and control socket, no shell; registered, logged in, key of 3072 bits.',
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
