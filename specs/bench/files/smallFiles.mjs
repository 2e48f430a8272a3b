import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { publish } from '../report.mjs';
import { measure } from './meter.mjs';
import { openFriends, ours } from './pair.mjs';
import { openPeers } from './peers.mjs';
import { inRounds } from './rounds.mjs';
import { compare, freshName, SMALL_BYTES, SMALL_COUNT, writeSmallFiles } from './scratch.mjs';
import { contenderTable } from './table.mjs';
import { smallTargets, TARGET_HEAD } from './targets.mjs';

/** The same on each of the places: a disk, and memory, where creating a file costs nothing. */
export async function benchSmallFiles({ places, rounds, command, quick }) {
  const tables = [];
  const targets = [];
  for (const { what, folder } of places) {
    const results = await inPlace(folder, rounds);
    tables.push(contenderTable(`${SMALL_COUNT} files of ${SMALL_BYTES / 1024} KiB, ${what}`, results, ['cp', 'tarSsh']));
    targets.push(...smallTargets(results, what === 'disk'));
  }
  if (places.length === 1) targets.push(['tmpfs', 'not measured', '', 'no tmpfs here (--tmpfs)']);
  await publish(
    { name: 'small', command, keep: !quick },
    [...tables, { title: 'Targets', head: TARGET_HEAD, rows: targets }],
    [
      'Fresh names in every round, and nothing is removed between them: inodes that ext4 has just freed make the next files slow to create.',
      'Ours gives each file a `.part` name first, checks it and renames it; the others write under the final name (rsync and magic-wormhole do not).',
    ],
  );
}

async function inPlace(folder, rounds) {
  const sources = join(folder, 'small sources');
  const root = join(folder, 'small received');
  await Promise.all([sources, root].map((path) => mkdir(path)));
  let source = join(sources, 'first');
  writeSmallFiles(source, SMALL_COUNT, SMALL_BYTES);
  const peers = await openPeers(join(folder, 'small peers'), root);
  await mkdir(join(folder, 'small devices'));
  const pair = await openFriends(join(folder, 'small devices'));
  const results = await inRounds(rounds, folder, [...ours(pair), ...peers.small], async (contender, round) => {
    const name = freshName(contender.name, round, folder);
    const into = join(root, name);
    const renamed = join(sources, name);
    await Promise.all([mkdir(into), rename(source, renamed)]);
    source = renamed;
    const figure = await contender.run({ source, into, measure });
    if (round === 0) await compare(source, figure.path);
    return figure;
  });
  await pair.stop();
  return results;
}
