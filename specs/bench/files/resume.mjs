import { link, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRANSFER_WINDOW_BYTES } from '../../../dist/core/base/limits.js';
import { publish, row, sampleTable } from '../report.mjs';
import { hugeDisk } from './hugeDisk.mjs';
import { forgetPeak, peakOf, residentNow } from './meter.mjs';
import { MortalPair, until } from './mortalPair.mjs';
import { arrival } from './pair.mjs';
import { median, note } from './rounds.mjs';
import { compare, freshName, writeRandomFile } from './scratch.mjs';
import { target, TARGET_HEAD } from './targets.mjs';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const HUGE_BYTES = 100 * GIB;
/** Two chunks, and what may be on its way unconfirmed. */
const TWICE_MIB_MAX = 2 + TRANSFER_WINDOW_BYTES / MIB;
const VICTIMS = ['sender', 'receiver'];

const send = ({ pi }, path) => pi.client.dispatch({ type: 'file.send', to: 'board', paths: [path] });

/** Sends until so many bytes have passed. */
async function sendSome(pair, path, bytes) {
  pair.forget();
  const before = pair.carried;
  const { id } = await send(pair, path);
  await until('bytes on the way', () => pair.carried - before > bytes);
  return id;
}

async function cancel({ pi, board }, id) {
  await pi.client.dispatch({ type: 'transfer.cancel', id });
  await board.until(({ facts }) => facts.some((fact) => fact.type === 'transfer.ended' && fact.id === id));
}

/** Kills one of them by SIGKILL and starts it again: milliseconds from the session that follows to the first bytes of a chunk. */
async function killAndResume(pair, victim) {
  const { pi, board } = pair;
  const [dying, survivor] = victim === 'sender' ? [pi, board] : [board, pi];
  await dying.kill();
  await survivor.until(({ facts }) => facts.some(({ type }) => type === 'session.closed'));
  pair.forget();
  await dying.start();
  const { at } = await survivor.until(({ facts }) => facts.find(({ type }) => type === 'session.opened'));
  return (await until('the first chunk after the kill', () => pair.bulkAt)) - at;
}

/** Bytes on the wire for a whole file, killed on the way or not. */
async function wholeCost(pair, source, path, victim) {
  await link(source, path);
  const before = pair.carried;
  if (victim === undefined) {
    pair.forget();
    await send(pair, path);
  } else {
    await sendSome(pair, path, MIB * 128);
    await killAndResume(pair, victim);
  }
  const { paths } = await arrival(pair.board);
  await compare(source, paths[0]);
  await Promise.all([path, paths[0]].map((file) => rm(file)));
  return pair.carried - before;
}

/** How far both rise above what they held idle while much of a huge file passes, MiB. */
async function hugePeaks(pair, path, bytes) {
  const pids = [pair.pi, pair.board].map(({ pid }) => pid);
  const idle = pids.map(residentNow);
  pids.forEach(forgetPeak);
  const id = await sendSome(pair, path, bytes);
  const peaks = pids.map((pid, at) => peakOf(pid) - idle[at]);
  await cancel(pair, id);
  return peaks;
}

/** After a SIGKILL of either end: how soon chunks of a file of 100 GiB flow again, and how much of a file is sent twice. */
export async function benchResume({ folder, rounds, quick, command }) {
  const disk = await hugeDisk(folder, HUGE_BYTES);
  const pair = await MortalPair.open(folder, disk.folder);
  const source = writeRandomFile(join(folder, 'resume.bin'), GIB / 4);
  const huge = join(folder, 'huge.bin');
  await writeFile(huge, '');
  await truncate(huge, disk.bytes);
  const some = quick ? GIB / 4 : 2 * GIB;
  const peaks = await hugePeaks(pair, huge, 2 * some);
  const once = await wholeCost(pair, source, join(folder, 'once.bin'));
  const figures = { sender: { ms: [], twice: [] }, receiver: { ms: [], twice: [] } };
  for (let round = 0; round < rounds; round++) {
    for (const victim of VICTIMS) {
      const id = await sendSome(pair, huge, some);
      const ms = await killAndResume(pair, victim);
      await cancel(pair, id);
      const cost = await wholeCost(pair, source, join(folder, `${freshName(victim, round)}.bin`), victim);
      figures[victim].ms.push(ms);
      figures[victim].twice.push((cost - once) / MIB);
      note(`${round + 1}/${rounds}  ${victim} killed: chunks after ${ms.toFixed(0)} ms, ${((cost - once) / MIB).toFixed(2)} MiB twice`);
    }
  }
  await pair.stop();
  await report({ figures, peaks, hugeBytes: disk.bytes, command, quick });
}

async function report({ figures, peaks, hugeBytes, command, quick }) {
  const size = `${Math.round(hugeBytes / GIB)} GiB`;
  const rows = VICTIMS.flatMap((victim) => [
    row(`${victim} killed: from the session to the first chunk, a file of ${size}`, 'ms', figures[victim].ms),
    row(`${victim} killed: sent twice of a file of 256 MiB`, 'MiB', figures[victim].twice),
  ]);
  const targets = VICTIMS.flatMap((victim) => [
    target(`${victim} killed: session to first chunk, ${size}`, median(figures[victim].ms) / 1000, 1, 's'),
    target(`${victim} killed: sent twice, the most of all rounds`, Math.max(...figures[victim].twice), TWICE_MIB_MAX, 'MiB'),
  ]);
  targets.push(target(`sender, peak above idle, ${size}`, peaks[0], 64, 'MiB'), target(`receiver, peak above idle, ${size}`, peaks[1], 64, 'MiB'));
  await publish(
    { name: 'resume', command, keep: !quick },
    [
      { ...sampleTable(rows), title: 'After a SIGKILL' },
      { title: 'Targets', head: TARGET_HEAD, rows: targets },
    ],
    [
      'Bytes are counted by a proxy between the two; what a whole file costs undisturbed is subtracted, so that frames and handshakes hardly count.',
      `Twice: at most two chunks, and what was in flight (a window of ${TRANSFER_WINDOW_BYTES / MIB} MiB).`,
    ],
  );
}
