import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { ENTRY, end, own } from '../processes.mjs';

const OUTPUT = /^%output %\d+ /;
const READY_MS_MAX = 60_000;
/** A picture that changed something begins with it. */
const PAINT = '\u001b[?2026h';

/** tmux writes control characters and backslashes as `\ooo`. */
const decoded = (text) => text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));

/**
 * A device and its dashboard on a terminal of tmux, which is driven in control mode: keys go in and what the program writes
 * comes out without a further process, so that times can be measured.
 */
export async function startOnTerminal(folder, name, url, { columns, rows }) {
  mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  const run = ['run', '--dashboard', '--data', join(folder, name), '--directory', url, '--name', name, '--listen', '127.0.0.1:0'];
  const command = [
    'exec',
    'env',
    'LANG=en_GB.UTF-8',
    ...[process.execPath, ENTRY, ...run, '--receive', join(folder, `${name} received`)].map((one) => `'${one}'`),
  ];
  const socket = `sansfil-bench-${process.pid}`;
  const session = ['new-session', '-x', String(columns), '-y', String(rows), command.join(' ')];
  const env = { ...process.env, LC_ALL: 'C.UTF-8', TMUX: undefined, TMUX_PANE: undefined };
  const child = own('tmux', ['-L', socket, '-u', '-f', '/dev/null', '-C', ...session], { stdio: ['pipe', 'pipe', 'ignore'], env });
  const watchers = new Set();
  const answers = [];
  let answering;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (OUTPUT.test(line)) {
      const at = performance.now();
      const text = decoded(line.replace(OUTPUT, ''));
      for (const watcher of watchers) watcher(text, at);
    } else if (line.startsWith('%begin')) answering = [];
    else if (line.startsWith('%end') || line.startsWith('%error')) {
      answers.shift()?.(answering);
      answering = undefined;
    } else answering?.push(line);
  });
  const ask = (line) => {
    child.stdin.write(`${line}\n`);
    return new Promise((resolve) => answers.push(resolve));
  };
  // The session itself is answered too.
  await Promise.race([new Promise((resolve) => answers.push(resolve)), child.ended.then((code) => Promise.reject(new Error(`tmux ended with ${code}`)))]);
  await ask(`refresh-client -C ${columns}x${rows}`);
  const [pid] = await ask("display-message -p '#{pane_pid}'");

  return terminalOf({ child, ask, watchers, pid: Number(pid) });
}

/** What is done with it. */
function terminalOf({ child, ask, watchers, pid }) {
  const watch = (watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  };
  /** The moment something with that in it was written. */
  const written = (part, msMax = READY_MS_MAX) =>
    new Promise((resolve, reject) => {
      const finish = (settle, value) => {
        clearTimeout(timer);
        unwatch();
        settle(value);
      };
      const timer = setTimeout(() => finish(reject, new Error(`the terminal did not get '${part}' within ${msMax} ms`)), msMax);
      const unwatch = watch((text, at) => text.includes(part) && finish(resolve, at));
    });
  return {
    pid,
    written,
    screen: async () => (await ask('capture-pane -p')).join('\n'),
    key: (key) => ask(`send-keys ${key}`),
    /** Milliseconds from the key of a letter until that letter is written. */
    latency: async (letter) => {
      const began = performance.now();
      const seen = written(letter, 10_000);
      await ask(`send-keys -l ${letter}`);
      return (await seen) - began;
    },
    /** Pictures and bytes from now on, until what is returned is called. */
    count: () => {
      const began = performance.now();
      const figure = { paints: 0, bytes: 0 };
      const unwatch = watch((text) => {
        figure.paints += text.split(PAINT).length - 1;
        figure.bytes += Buffer.byteLength(text);
      });
      return () => {
        unwatch();
        const seconds = (performance.now() - began) / 1000;
        return { paints: figure.paints / seconds, bytes: figure.bytes / seconds };
      };
    },
    stop: async () => {
      child.stdin.end('kill-server\n');
      await Promise.race([child.ended, once(child, 'exit')]);
      await end(child).catch((error) => {
        if (error.code !== 'ESRCH') throw error;
      });
    },
  };
}
