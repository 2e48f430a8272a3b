import { link, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { publish, row, sampleTable } from '../report.mjs';
import { own, succeeded } from '../processes.mjs';
import { measure } from './meter.mjs';
import { openFriends, ours } from './pair.mjs';
import { openPeers } from './peers.mjs';
import { inRounds, median, samplesOf } from './rounds.mjs';
import { compare, freshName, writeRandomFile } from './scratch.mjs';
import { contenderTable } from './table.mjs';
import { fileTargets, TARGET_HEAD } from './targets.mjs';

const LIMIT = fileURLToPath(new URL('./limit.mjs', import.meta.url));
const LIMITS = {
  'aes-256-gcm': 'AES-256-GCM',
  'chacha20-poly1305': 'ChaCha20-Poly1305',
  sha256: 'SHA-256',
  tcp: 'TCP on loopback',
  disk: 'disk, write and fsync',
};
const GIB = 2 ** 30;

/** What this machine does of it alone, measured in the same rounds. */
const limits = (folder, bytes) =>
  Object.entries(LIMITS).map(([what, name]) => ({
    name: `limit: ${name}`,
    tags: [what],
    async run() {
      const child = own(process.execPath, [LIMIT, what, String(bytes), join(folder, 'limit')], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
      let said = '';
      child.stdout.on('data', (chunk) => (said += chunk));
      await succeeded(child, name);
      return JSON.parse(said);
    },
  }));

/** One file of `bytes`, disk to disk, by everybody who is here. */
export async function benchFiles({ folder, rounds, bytes, command, quick }) {
  const sources = join(folder, 'sources');
  const root = join(folder, 'peers received');
  await Promise.all([sources, root].map((path) => mkdir(path)));
  const source = writeRandomFile(join(sources, 'random.bin'), bytes);
  const peers = await openPeers(join(folder, 'peers'), root);
  const pair = await openFriends(folder);
  const contenders = [...ours(pair), ...peers.big, ...limits(folder, bytes)];
  const results = await inRounds(rounds, folder, contenders, async (contender, round) => {
    const name = freshName(contender.name, round);
    const into = join(root, name);
    const own = join(sources, `${name}.bin`);
    await Promise.all([mkdir(into), link(source, own)]);
    const figure = await contender.run({ source: own, into, measure });
    if (figure.path !== undefined) await checkOnce(own, figure.path, round);
    await Promise.all([into, own, ...(figure.path ? [figure.path] : [])].map((path) => rm(path, { recursive: true, force: true })));
    return figure;
  });
  await pair.stop();
  await report({ results, bytes, command, quick });
}

/** Every byte in the first round, the length afterwards. */
async function checkOnce(source, path, round) {
  if (round === 0) await compare(source, path);
  else if ((await stat(path)).size !== (await stat(source)).size) throw new Error('what arrived is not as long as what was sent');
}

async function report({ results, bytes, command, quick }) {
  const isLimit = ({ name }) => Object.values(LIMITS).some((limit) => name === `limit: ${limit}`);
  const alone = (what) => median(samplesOf(results, what) ?? [NaN]);
  const aead = Math.min(alone('aes-256-gcm'), alone('chacha20-poly1305'));
  const floor = aead + alone('sha256') + alone('tcp');
  const size = bytes === GIB ? '1 GiB' : `${bytes / 2 ** 20} MiB`;
  const limitRows = results.filter(isLimit).map(({ name, figures }) =>
    row(
      name,
      's',
      figures.map(({ seconds }) => seconds),
    ),
  );
  await publish(
    { name: 'files', command, keep: !quick },
    [
      contenderTable(
        `One file of ${size}, disk to disk, two processes, loopback`,
        results.filter((result) => !isLimit(result)),
        ['scpGcm', 'scp', 'tlsPipe'],
        floor,
      ),
      { ...sampleTable(limitRows), title: `Limits: ${size} of each alone, on one core` },
      { title: 'Targets', head: TARGET_HEAD, rows: fileTargets(results, floor) },
    ],
    [
      `Floor: what one end must do with a core of its own: the faster AEAD ${aead.toFixed(2)} + SHA-256 ${alone('sha256').toFixed(2)} + ` +
        `TCP ${alone('tcp').toFixed(2)} = ${floor.toFixed(2)} s; the disk (${alone('disk').toFixed(2)} s) is not in it.`,
      'From the command to the moment the receiver holds the file under its final name; ours has then hashed it at both ends, checked it and synced it.',
      `Interleaved, the order rotated, the disk synced before each; the peak is of all processes of that end together.`,
    ],
  );
}
