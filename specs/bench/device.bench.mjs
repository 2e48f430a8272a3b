/**
 * `npm run bench:device`: start-up and idle memory of one device, and the round trip of a message between two, as a user
 * gets them: the built program, real processes, TCP on loopback, SQLite at both ends with every commit on the disk.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { befriend, control, say, startDevice, startDirectory } from './devices.mjs';
import { ENTRY, timeCommand, usageOf } from './processes.mjs';
import { at, publish, row, sampleTable } from './report.mjs';

const ROUNDS = 7;
const ROUND_TRIPS = 300;
const WARM_UP = 20;
const BURST = 2_000;
const IDLE_MS = 10_000;
const TEXT = 'x'.repeat(200);

const folder = mkdtempSync(join(tmpdir(), 'sansfil-bench-'));
const runDevice = (name, url) => startDevice(folder, name, url);

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

/** One message after the other: from asking the sender to its fact that the receiver has it on the disk. */
async function measureRoundTrips(pi) {
  const samples = [];
  for (let trip = -WARM_UP; trip < ROUND_TRIPS; trip++) {
    pi.forget();
    const ms = await say(pi, 'board', TEXT);
    if (trip >= 0) samples.push(ms);
  }
  return samples;
}

/** Many messages at once: all of them durable at both ends, messages a second. */
async function measureBurst(pi) {
  pi.forget();
  const delivered = new Set();
  const unwatch = pi.watch((fact) => fact.type === 'message.delivered' && delivered.add(fact.id));
  const began = performance.now();
  const send = () => pi.client.dispatch({ type: 'message.send', to: 'board', text: TEXT });
  const sent = await Promise.all(Array.from({ length: BURST }, send));
  await pi.until(() => sent.every(({ id }) => delivered.has(id)));
  unwatch();
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
  const directory = await startDirectory(folder);
  const starts = await measureStart(directory.ready.url);
  const bothDevices = () => Promise.all(['pi', 'board'].map((name) => runDevice(name, directory.ready.url)));
  // Started twice: making a key and an account is not what an idle device should be weighed with.
  for (const device of await bothDevices()) await device.stop();
  const devices = await bothDevices();
  const idle = await measureIdle(devices[0].pid);
  const [pi, board] = await Promise.all([control(folder, 'pi'), control(folder, 'board')]);
  await befriend(pi, board);
  const echo = await measureEcho();
  const trips = await measureRoundTrips(pi);
  const bursts = [];
  for (let round = 0; round < 5; round++) bursts.push(await measureBurst(pi));
  const { peak } = usageOf(devices[0].pid);
  await Promise.all([pi, board].map((device) => device.close()));
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
  await publish(
    { name: 'device', command: 'npm run bench:device' },
    [sampleTable(rows)],
    [
      `\`sansfil --version\` ÷ \`node -e 0\`: ${ratio(starts.version, starts.node)}; device ready ÷ \`node -e 0\`: ${ratio(starts.ready, starts.node)}.`,
      `Message round trip p99 ${at(trips, 0.99).toFixed(2)} ms; it includes the control socket, which the command line uses as well.`,
      `Idle CPU over ${IDLE_MS / 1000} s: ${idle.cpu.toFixed(1)} %; peak of the sender after all messages ${peak.toFixed(0)} MiB.`,
      'Device with engine, TCP, MQTT client, SQLite and control socket, no shell; registered, logged in, key of 3072 bits.',
    ],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
