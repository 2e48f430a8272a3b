import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { measure } from './meter.mjs';
import { openFriends, ours } from './pair.mjs';
import { settleDisk, SMALL_BYTES, SMALL_COUNT, writeRandomFile, writeSmallFiles } from './scratch.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SAMPLE_US = 500;
const TOP = 25;
/** What is measured is the last one: the others have warmed the code. */
const WARM_UPS = ['first', 'second', 'profiled'];
const say = (text) => process.stdout.write(`${text}\n`);
/** The clock that V8's profiles are written in. */
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

/** Where the time of both devices goes in one transfer, of a large file or of small ones. */
export async function profile({ folder, bytes }, isSmall) {
  const what = isSmall ? `${SMALL_COUNT} files of ${SMALL_BYTES / 1024} KiB` : `${bytes / 2 ** 20} MiB`;
  let source = join(folder, 'random');
  if (isSmall) writeSmallFiles(source, SMALL_COUNT, SMALL_BYTES);
  else writeRandomFile(source, bytes);
  const profiles = (name) => join(folder, `profiles of ${name}`);
  const pair = await openFriends(folder, ['board'], (name) => ['--cpu-prof', `--cpu-prof-interval=${SAMPLE_US}`, `--cpu-prof-dir=${profiles(name)}`]);
  const [, asked] = ours(pair);
  const sides = { sender: pair.pi, receiver: pair.board };
  let span;
  let figure;
  for (const name of WARM_UPS) {
    const path = join(folder, name);
    await rename(source, path);
    source = path;
    await settleDisk(folder);
    const before = Object.values(sides).map(({ pid }) => threadSeconds(pid));
    const began = nowUs();
    figure = await asked.run({ source: path, measure });
    span = { began, ended: nowUs(), before, after: Object.values(sides).map(({ pid }) => threadSeconds(pid)) };
  }
  await Promise.all(Object.values(sides).map(({ name }) => mkdir(profiles(name), { recursive: true })));
  await pair.stop();
  say(`${what} in ${figure.seconds.toFixed(2)} s, ${figure.cpu.toFixed(2)} CPU s, sampled every ${SAMPLE_US} µs, which costs something`);
  Object.entries(sides).forEach(([side, { name, pid }], at) => {
    say(`\n${side}: CPU by thread, s: ${spent(span.before[at], span.after[at], pid)}`);
    for (const [thread, found] of readProfiles(profiles(name))) show(`${side}, ${thread}`, selfTimes(found, span));
  });
}

function threadSeconds(pid) {
  return new Map(
    readdirSync(`/proc/${pid}/task`).map((tid) => {
      const fields = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return [Number(tid), (Number(fields[11]) + Number(fields[12])) / 100];
    }),
  );
}

function spent(before, after, pid) {
  return [...after]
    .map(([tid, seconds]) => ({ tid, seconds: seconds - (before.get(tid) ?? 0) }))
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ tid, seconds }) => `${tid === pid ? 'main ' : ''}${seconds.toFixed(2)}`)
    .join(', ');
}

/** One profile a thread: `CPU.<day>.<time>.<pid>.<thread>.<number>.cpuprofile`. */
function readProfiles(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const thread = Number(name.split('.')[4]);
      return [thread === 0 ? 'main thread' : `worker ${thread}`, JSON.parse(readFileSync(join(folder, name), 'utf8'))];
    });
}

/** Microseconds of each function by itself, within the span; `(idle)` is what it waited. */
function selfTimes({ nodes, startTime, samples, timeDeltas }, { began, ended }) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map();
  let at = startTime;
  samples.forEach((id, index) => {
    const delta = timeDeltas[index];
    at += delta;
    if (at < began || at > ended) return;
    const { functionName, url, lineNumber } = byId.get(id);
    const where = url === '' ? '' : ` ${url.replace(/^.*(?=node_modules)/, '').replace(`file://${ROOT}`, '')}:${lineNumber + 1}`;
    const key = `${functionName || '(anonymous)'}${where}`;
    times.set(key, (times.get(key) ?? 0) + delta);
  });
  return [...times].sort((a, b) => b[1] - a[1]);
}

function show(title, times) {
  const total = times.reduce((sum, [, us]) => sum + us, 0);
  say(`\n${title}: ${(total / 1e6).toFixed(2)} s`);
  for (const [key, us] of times.slice(0, TOP)) say(`${(us / 1000).toFixed(0).padStart(7)} ms ${((us / total) * 100).toFixed(1).padStart(5)} %  ${key}`);
}
