import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';

const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url));

/** Who else was at work here: above a few tenths the figures are of a busy machine. */
const [loadAtStart] = loadavg();

/** Of what was measured; empty where there is no repository. */
function commit() {
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) });
  return status === 0 ? `, commit ${stdout.trim()}` : '';
}

/** The value below which that share of the samples lies; `at(samples, 0.5)` is the median. */
export function at(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const rounded = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** One row of a table: what was measured, in which unit, over how many samples. */
export function row(what, unit, samples) {
  return [what, unit, rounded(at(samples, 0.5)), rounded(Math.min(...samples)), rounded(Math.max(...samples)), String(samples.length)];
}

const SAMPLE_HEAD = ['what', 'unit', 'median', 'min', 'max', 'samples'];

/** A table of such rows. */
export const sampleTable = (rows) => ({ head: SAMPLE_HEAD, rows });

/** Columns of texts to the left, of numbers to the right. */
function markdown({ title, head, rows }) {
  const isText = (at) => at === 0 || head[at] === 'unit' || head[at] === '';
  return [
    ...(title === undefined ? [] : [`### ${title}`, '']),
    `| ${head.join(' | ')} |`,
    `| ${head.map((_, at) => (isText(at) ? '---' : '---:')).join(' | ')} |`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ];
}

/**
 * Prints the tables (each `{ title, head, rows }`) and puts them in place of what RESULTS.md had under that name, unless
 * `keep` is false: a run that was too short to be remembered.
 */
export async function publish({ name, command, keep = true }, tables, remarks) {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? arch()}, Node ${process.versions.node}, ${process.platform} ${arch()}`;
  const when = `${new Date().toISOString().slice(0, 10)}${commit()}, load ${loadAtStart.toFixed(1)} before`;
  const part = [
    `<!-- bench:${name} -->`,
    `## ${name}`,
    '',
    `\`${command}\`, ${when}, ${machine}`,
    '',
    ...tables.flatMap(markdown),
    ...remarks.map((remark) => `- ${remark}`),
    `<!-- /bench:${name} -->`,
  ].join('\n');
  process.stdout.write(`${await prettier.format(part, { parser: 'markdown' })}\n`);
  if (!keep) return;
  const before = existsSync(RESULTS)
    ? readFileSync(RESULTS, 'utf8')
    : '# Results\n\nWritten by the scripts beside this file. Compare ratios within one run: a shared machine has no absolute figures.\n';
  const old = new RegExp(`<!-- bench:${name} -->[\\s\\S]*<!-- /bench:${name} -->`);
  const after = old.test(before) ? before.replace(old, () => part) : `${before}\n${part}\n`;
  writeFileSync(RESULTS, await prettier.format(after, { parser: 'markdown' }));
}
