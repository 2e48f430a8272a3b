import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { publish } from '../report.mjs';
import { measure } from './meter.mjs';
import { arrival, openFriends } from './pair.mjs';
import { inRounds, median, samplesOf } from './rounds.mjs';
import { compare, freshName, writeRandomFile } from './scratch.mjs';
import { contenderTable } from './table.mjs';
import { target, TARGET_HEAD } from './targets.mjs';

const RECEIVERS = 8;

/** The same file to one friend, and to eight at once. */
export async function benchEight({ folder, rounds, bytes, command, quick }) {
  const each = bytes / 4;
  const source = writeRandomFile(join(folder, 'eight.bin'), each);
  const names = Array.from({ length: RECEIVERS }, (_, n) => `board${n + 1}`);
  const { pi, boards, stop } = await openFriends(folder, names);
  const contender = (name, tags, receivers) => ({
    name,
    tags,
    async run(path) {
      for (const device of [pi, ...receivers]) device.forget();
      let arrived = [];
      const figure = await measure({ send: [pi.pid], receive: receivers.map(({ pid }) => pid) }, async () => {
        const sent = receivers.map((board) => pi.client.dispatch({ type: 'file.send', to: board.name, paths: [path] }));
        [arrived] = await Promise.all([Promise.all(receivers.map(arrival)), ...sent]);
        return Math.max(...arrived.map(({ at }) => at));
      });
      return { ...figure, arrived: arrived.flatMap(({ paths }) => paths) };
    },
  });
  const contenders = [contender('to one', ['one'], boards.slice(0, 1)), contender('to eight at once', ['eight'], boards)];
  const results = await inRounds(rounds, folder, contenders, async ({ name, run }, round) => {
    const path = join(folder, `${freshName(name, round)}.bin`);
    await link(source, path);
    const figure = await run(path);
    if (round === 0) for (const copy of figure.arrived) await compare(path, copy);
    await Promise.all([path, ...figure.arrived].map((file) => rm(file)));
    return figure;
  });
  await stop();
  const [one, eight] = ['one', 'eight'].map((tag) => samplesOf(results, tag)).map((samples) => samples && median(samples));
  await publish(
    { name: 'eight', command, keep: !quick },
    [
      contenderTable(`${each / 2 ** 20} MiB from one device`, results, ['one']),
      { title: 'Targets', head: TARGET_HEAD, rows: [target('eight at once ÷ one', one && eight && eight / one, RECEIVERS * 0.75)] },
    ],
    ['Asked through the control socket; nine processes share the cores of this machine.'],
  );
}
