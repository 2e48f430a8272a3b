import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, publish, row, sampleTable } from '../report.mjs';
import { say } from '../devices.mjs';
import { arrival, openFriends } from './pair.mjs';
import { median, note } from './rounds.mjs';
import { freshName, settleDisk, writeRandomFile } from './scratch.mjs';
import { target, TARGET_HEAD } from './targets.mjs';

const TEXT = 'x'.repeat(200);
const IDLE_MESSAGES = 100;
const REST_MS = 10;
const ENDS = { pi: 'along with the file', board: 'against it' };

/** Messages both ways, one after the other with a rest between, until `over`. */
async function talk({ pi, board }, samples, over) {
  for (let turn = 0; !over(turn); turn++) {
    const [from, to] = turn % 2 === 0 ? [pi, board] : [board, pi];
    samples[from.name].push(await say(from, to.name, TEXT));
    await sleep(REST_MS);
  }
}

/** How long a message takes to be delivered on a session with nothing else to do, and while a file goes through at full speed. */
export async function benchChat({ folder, rounds, bytes, command, quick }) {
  const source = writeRandomFile(join(folder, 'chat.bin'), bytes);
  const pair = await openFriends(join(folder));
  const { pi, board } = pair;
  const idle = { pi: [], board: [] };
  const busy = { pi: [], board: [] };
  const speeds = [];
  await talk(pair, { pi: [], board: [] }, (turn) => turn === IDLE_MESSAGES);
  for (let round = 0; round < rounds; round++) {
    await settleDisk(folder);
    await talk(pair, idle, (turn) => turn === IDLE_MESSAGES);
    for (const device of [pi, board]) device.forget();
    const path = join(folder, `${freshName('chat', round)}.bin`);
    await link(source, path);
    let arrived;
    const arriving = arrival(board).then((fact) => (arrived = fact));
    const began = performance.now();
    await pi.client.dispatch({ type: 'file.send', to: 'board', paths: [path] });
    await Promise.all([talk(pair, busy, () => arrived !== undefined), arriving]);
    speeds.push(bytes / 2 ** 20 / ((arrived.at - began) / 1000));
    note(`chat ${round + 1}/${rounds}: ${busy.pi.length + busy.board.length} messages during the transfers so far`);
    await Promise.all([rm(path), rm(arrived.paths[0])]);
  }
  await pair.stop();
  await report({ idle, busy, speeds, command, quick });
}

async function report({ idle, busy, speeds, command, quick }) {
  const rows = Object.entries(ENDS).flatMap(([end, way]) => [
    [`idle session, ${way}`, idle[end]],
    [`during a transfer, ${way}`, busy[end]],
  ]);
  const table = {
    title: 'Delivery of a message of 200 bytes, durable at the receiver, ms',
    head: ['what', 'p50', 'p99', 'max', 'samples'],
    rows: rows.map(([what, samples]) => [
      what,
      ...[at(samples, 0.5), at(samples, 0.99), Math.max(...samples)].map((ms) => ms.toFixed(1)),
      String(samples.length),
    ]),
  };
  const worse = (share) => Math.max(...Object.keys(ENDS).map((end) => at(busy[end], share) - median(idle[end])));
  await publish(
    { name: 'chat', command, keep: !quick },
    [
      table,
      sampleTable([row('the file meanwhile', 'MiB/s', speeds)]),
      {
        title: 'Targets',
        head: TARGET_HEAD,
        rows: [target('p99 during a transfer − p50 idle', worse(0.99), 50, 'ms'), target('p50 during a transfer − p50 idle', worse(0.5), 50, 'ms')],
      },
    ],
    ['From asking the sender to its fact that the receiver has it; the control socket and both stores are in it.'],
  );
}
