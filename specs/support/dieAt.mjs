import fs, { writeSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

/*
 * Loaded into a process of the built program, and into each of its threads, by --import. It kills that process with SIGKILL when the program comes to
 * the place that SANSFIL_DIES_AT describes (Doom in processes.ts): nothing is flushed, nobody is told.
 */

const { at, when, nth = 1, first, name, armedBy } = JSON.parse(process.env.SANSFIL_DIES_AT ?? '{}');

function die() {
  // Synchronous, so that the spec can tell this death from any other.
  writeSync(2, `dies at: ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** What holds the function: the prototype of a class, or the module itself. */
async function holderOf({ from, of }) {
  if (of === 'FileHandle') {
    const handle = await promises.open(process.execPath);
    await handle.close();
    return Object.getPrototypeOf(handle);
  }
  if (from === 'node:fs/promises') return promises;
  if (from === 'node:fs') return fs;
  const module = await import(new URL(`../../dist/${from}`, import.meta.url).href);
  return module[of].prototype;
}

/** A text of which `says` is a part, or a record or a row of that type or state. */
const isSaid = (says, value) => (typeof value === 'string' ? value.includes(says) : value?.type === says || value?.state === says);

async function wrap(site, around) {
  const holder = await holderOf(site);
  const original = holder[site.call];
  if (typeof original !== 'function') throw new TypeError(`${site.from} has no ${site.of ?? ''}.${site.call}`);
  holder[site.call] = function wrapped(...args) {
    const run = () => Reflect.apply(original, this, args);
    return site.says === undefined || args.some((value) => isSaid(site.says, value)) ? around(run) : run();
  };
  syncBuiltinESMExports();
}

let waits = armedBy !== undefined;
let armed = first === undefined;
let calls = 0;

function counts() {
  waits &&= !fs.existsSync(armedBy);
  return !waits;
}

if (first !== undefined) {
  await wrap(first, (run) => {
    armed ||= counts();
    return run();
  });
}

await wrap(at, (run) => {
  if (!counts() || !armed || ++calls !== nth) return run();
  if (when === 'before') die();
  const result = run();
  // What was sent leaves in the microtask after this run of code; what was promised is done when the promise says so.
  if (when === 'sent') setImmediate(die);
  else if (typeof result?.then === 'function') return result.then(die);
  else die();
  return result;
});
