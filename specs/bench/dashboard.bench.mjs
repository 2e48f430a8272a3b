/**
 * `npm run bench:dashboard`: what the dashboard takes of the machine while 1 GiB arrives, and how soon a key is on the screen
 * meanwhile. The built program on a real terminal (tmux, 200×50), two processes more on loopback: one that sends, and one that
 * receives the same file without a dashboard, in turns. `-- --quick`: 64 MiB, and RESULTS.md stays as it is.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { befriend, control, startDevice, startDirectory } from './devices.mjs';
import { startOnTerminal } from './dashboard/controlTerminal.mjs';
import { acceptAll, arrival } from './files/pair.mjs';
import { scratchFolder, settleDisk, writeRandomFile } from './files/scratch.mjs';
import { usageOf } from './processes.mjs';
import { at, publish, row, sampleTable } from './report.mjs';

const quick = process.argv.includes('--quick');
const MIB = 2 ** 20;
const BYTES = (quick ? 64 : 1024) * MIB;
const ROUNDS = quick ? 1 : 5;
const KEYS_IDLE = quick ? 20 : 200;
const IDLE_MS = quick ? 2_000 : 20_000;
const SIZE = { columns: 200, rows: 50 };
/** Then it is cleared: a line is full at last. */
const LINE_LETTERS = 40;
/** Letters that nothing else on the screen has. */
const LETTERS = ['Q', 'Z', 'J', 'X'];

const folder = scratchFolder(tmpdir());
const source = writeRandomFile(join(folder, 'source.bin'), BYTES);

/** CPU in percent of one core and resident MiB of processes nobody asks anything of. */
async function idle(pids) {
  const before = pids.map((pid) => usageOf(pid).cpuSeconds);
  await sleep(IDLE_MS);
  return pids.map((pid, index) => ({ cpu: ((usageOf(pid).cpuSeconds - before[index]) / IDLE_MS) * 100_000, rss: usageOf(pid).rss }));
}

/** One file to that receiver: CPU seconds it took there, and how long it was. */
async function transfer(pi, receiver) {
  for (const device of [pi, receiver]) device.forget();
  await settleDisk(folder);
  const before = usageOf(receiver.pid).cpuSeconds;
  const began = performance.now();
  await pi.client.dispatch({ type: 'file.send', to: receiver.name, paths: [source] });
  const { paths, at: ended } = await arrival(receiver);
  await pi.until(({ facts }) => facts.some(({ type, direction }) => type === 'transfer.completed' && direction === 'out'));
  const cpu = usageOf(receiver.pid).cpuSeconds - before;
  for (const path of paths) rmSync(path);
  return { seconds: (ended - began) / 1000, cpu };
}

/** Keys one after the other, as somebody types, until so many were pressed or it is over. */
async function typing(terminal, { count = Number.POSITIVE_INFINITY, over = () => false }) {
  const samples = [];
  for (let key = 0; key < count && !over(); key++) {
    samples.push(await terminal.latency(LETTERS[key % LETTERS.length]));
    // Five a second, and at no fixed beat: neither always right after a picture nor always right before one.
    await sleep(120 + ((key * 37) % 161));
    if (key % LINE_LETTERS === LINE_LETTERS - 1) {
      await terminal.key('C-u');
      await sleep(500);
    }
  }
  return samples;
}

const directory = await startDirectory(folder);
const { url } = directory.ready;
const terminal = await startOnTerminal(folder, 'shown', url, SIZE);
const processes = await Promise.all(['pi', 'bare'].map((name) => startDevice(folder, name, url, ['--receive', join(folder, `${name} received`)])));
await terminal.written('online');
const [pi, bare, shown] = await Promise.all(['pi', 'bare', 'shown'].map((name) => control(folder, name)));
const devices = { pi, bare: { ...bare, pid: processes[1].pid }, shown: { ...shown, pid: terminal.pid } };
for (const receiver of [devices.bare, devices.shown]) {
  await befriend(pi, receiver);
  acceptAll(receiver);
}
// The conversation has the keys, with nothing written yet.
await terminal.key('Escape');
await sleep(500);
await terminal.key('i');
await sleep(500);

const [restBare, restShown] = await idle([devices.bare.pid, devices.shown.pid]);
const idleKeys = await typing(terminal, { count: KEYS_IDLE });
const figures = { bare: [], shown: [], paints: [], bytes: [] };
for (let round = 0; round < ROUNDS; round++) {
  for (const name of round % 2 === 0 ? ['bare', 'shown'] : ['shown', 'bare']) {
    const counted = terminal.count();
    figures[name].push(await transfer(devices.pi, devices[name]));
    const { paints, bytes } = counted();
    if (name === 'shown') {
      figures.paints.push(paints);
      figures.bytes.push(bytes / 1024);
    }
  }
}
const busyKeys = [];
for (let round = 0; round < ROUNDS; round++) {
  let over = false;
  const sent = transfer(devices.pi, devices.shown).finally(() => (over = true));
  busyKeys.push(...(await typing(terminal, { over: () => over })));
  await sent;
}
process.stderr.write(`${await terminal.screen()}\n`);

const of = (name, field) => figures[name].map((figure) => figure[field]);
const ratio = (field) => (at(of('shown', field), 0.5) / at(of('bare', field), 0.5)).toFixed(2);
const resting = ({ cpu, rss }) => `${cpu.toFixed(1)} % CPU and ${rss.toFixed(0)} MiB`;
const keys = (samples) => [
  `${at(samples, 0.5).toFixed(1)} ms`,
  `${at(samples, 0.99).toFixed(1)} ms`,
  `${Math.max(...samples).toFixed(1)} ms`,
  String(samples.length),
];
const file = `${BYTES / MIB} MiB`;
await publish(
  { name: 'dashboard', command: `npm run bench:dashboard${quick ? ' -- --quick' : ''}`, keep: !quick },
  [
    sampleTable([
      row(`${file} arrive, no dashboard`, 's', of('bare', 'seconds')),
      row(`${file} arrive, with the dashboard`, 's', of('shown', 'seconds')),
      row('CPU of the receiver, no dashboard', 's', of('bare', 'cpu')),
      row('CPU of the receiver, with the dashboard', 's', of('shown', 'cpu')),
      row('pictures written meanwhile', '1/s', figures.paints),
      row('written to the terminal meanwhile', 'KiB/s', figures.bytes),
    ]),
    {
      title: 'From a key to its letter on the terminal',
      head: ['when', 'p50', 'p99', 'max', 'keys'],
      rows: [
        ['idle', ...keys(idleKeys)],
        [`while ${file} arrive`, ...keys(busyKeys)],
      ],
    },
  ],
  [
    `CPU with ÷ without the dashboard: ${ratio('cpu')}; time ${ratio('seconds')}.`,
    `Idle for ${IDLE_MS / 1000} s: with the dashboard ${resting(restShown)}, without ${resting(restBare)}.`,
    `Device and dashboard are one process on a terminal of ${SIZE.columns}×${SIZE.rows} in tmux.`,
    'The time of a key goes from its way into tmux to its letter’s way out, and includes both.',
  ],
);

await terminal.stop();
await Promise.all([pi, bare, shown].map((device) => device.close()));
for (const each of [...processes, directory]) await each.stop();
process.exit(0);
