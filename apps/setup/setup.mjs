/**
 * What `npm start` and `npm test` run first: makes a fresh clone ready, says what it does, then runs the command after `--`.
 *
 *   node apps/setup/setup.mjs [-- command args…]
 *
 * Plain JavaScript without dependencies, because it runs before there are any. Everything is decided by content, never by
 * file times, which a clone does not keep. Install scripts of packages are not run (a supply-chain attack starts there),
 * with one exception that is named: sqlite3 needs its native part.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SOURCES = ['core', 'transports', 'plugins', 'apps'];
const NATIVE = 'node_modules/sqlite3/build/Release/node_sqlite3.node';
const STAMP = 'dist/.built-from';
const TICK_MS = 5_000;

const at = (path) => join(ROOT, path);
const readJson = (path) => JSON.parse(readFileSync(at(path), 'utf8'));
const say = (line) => process.stderr.write(`setup: ${line}\n`);

/** A reason a person can act on; anything else that is thrown is a bug and shows its stack. */
class SetupError extends Error {}

/** `[20, 19, 0]` of `>=20.19` or `v20.19.0`. */
function versionParts(text) {
  const [major = 0, minor = 0, patch = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return [major, minor, patch];
}

function checkNode() {
  const wanted = readJson('package.json').engines.node;
  const floor = versionParts(wanted);
  const ours = versionParts(process.version);
  const first = ours.findIndex((part, index) => part !== floor[index]);
  if (first >= 0 && ours[first] < floor[first]) {
    throw new SetupError(`sansfil needs Node ${wanted}; this is ${process.version}. Install a newer one: https://nodejs.org/en/download`);
  }
}

/** Paths of packages that every platform needs; optional ones are for some platforms only. */
function requiredPackages() {
  const { packages } = readJson('package-lock.json');
  return Object.entries(packages).filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional && !entry.peer);
}

/** npm writes its hidden lock file last, so a half-done installation does not count. */
function packagesAreCurrent() {
  if (!existsSync(at('node_modules/.package-lock.json'))) return false;
  const { packages } = readJson('node_modules/.package-lock.json');
  return requiredPackages().every(([path, { version }]) => packages[path]?.version === version && existsSync(at(path)));
}

/** The npm that runs us, or the one on the PATH. */
function npmCommand() {
  const running = process.env['npm_execpath'];
  if (running && /^(npm|npm-cli)\.c?js$/.test(basename(running))) return [process.execPath, running];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/** Runs a step to its end with a line of progress every few seconds; its own output is shown only if it fails. */
function step(what, command, progress = () => '') {
  const [file, ...args] = command;
  const started = Date.now();
  say(what);
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell: file.endsWith('.cmd') });
    const seconds = () => Math.round((Date.now() - started) / 1000);
    const ticker = setInterval(() => say(`  … ${seconds()} s${progress()}`), TICK_MS);
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', (error) => {
      clearInterval(ticker);
      reject(new SetupError(`cannot run ${file}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      clearInterval(ticker);
      if (code === 0) {
        say(`  done in ${seconds()} s`);
        resolve();
      } else {
        reject(new SetupError(`${output.trimEnd()}\n\n'${args.join(' ')}' ended with ${signal ?? `status ${code}`}; the reason is above.`));
      }
    });
  });
}

async function install() {
  const npm = npmCommand();
  if (!packagesAreCurrent()) {
    const required = requiredPackages();
    const unpacked = () => required.filter(([path]) => existsSync(at(join(path, 'package.json')))).length;
    const progress = () => `, ${unpacked()} of ${required.length} packages unpacked`;
    const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    await step('installing the packages that package-lock.json names (npm ci, into node_modules only)', [...npm, 'ci', ...options], progress);
  }
  if (!existsSync(at(NATIVE))) {
    const build = [...npm, 'rebuild', 'sqlite3', '--ignore-scripts=false'];
    await step('fetching the native part of sqlite3; where no prebuilt one can be had it is compiled, which takes about a minute', build);
    if (!existsSync(at(NATIVE)))
      throw new SetupError('sqlite3 was not built. It needs python3, make and a C++ compiler: apt-get install build-essential python3');
  }
}

/** Every file the build reads, in a fixed order. */
function buildInputs() {
  const under = (folder) =>
    readdirSync(at(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)));
  const sources = SOURCES.filter((folder) => existsSync(at(folder))).flatMap(under);
  return ['package-lock.json', 'tsconfig.json', ...sources.sort()];
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of buildInputs())
    hash
      .update(`${path}\0`)
      .update(readFileSync(at(path)))
      .update('\0');
  return hash.digest('hex');
}

async function build() {
  const wanted = fingerprint();
  if (existsSync(at(STAMP)) && readFileSync(at(STAMP), 'utf8') === wanted) return;
  // Emptied first: a module whose source is gone must not go on working.
  rmSync(at('dist'), { recursive: true, force: true });
  await step('building dist from the TypeScript sources (tsc)', [
    process.execPath,
    at('node_modules/typescript/bin/tsc'),
    '-p',
    'tsconfig.json',
    '--noEmitOnError',
  ]);
  writeFileSync(at(STAMP), wanted);
}

/** Runs the follow-up command in our place and returns its exit status. */
function follow([file, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(file === 'node' ? process.execPath : file, args, { cwd: ROOT, stdio: 'inherit' });
    // A terminal gives Ctrl-C to the child as well; passing it on would make one key press two.
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => reject(new SetupError(`cannot run ${file}: ${error.message}`)));
    child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

try {
  const dashes = process.argv.indexOf('--');
  if (process.argv.length > 2 && dashes !== 2) throw new SetupError('usage: node apps/setup/setup.mjs [-- command args…]');
  checkNode();
  await install();
  await build();
  if (dashes > 0 && process.argv.length > dashes + 1) process.exitCode = await follow(process.argv.slice(dashes + 1));
} catch (error) {
  say(error instanceof SetupError ? error.message : String(error?.stack ?? error));
  process.exitCode = 1;
}
