import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';

const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url));

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

/** Prints the table and puts it in place of what RESULTS.md had under that name. */
export async function publish(name, rows, remarks) {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? arch()}, Node ${process.versions.node}, ${process.platform} ${arch()}`;
  const table = [
    '| what | unit | median | min | max | samples |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ];
  const part = [
    `<!-- bench:${name} -->`,
    `## ${name}`,
    '',
    `\`npm run bench:${name}\`, ${new Date().toISOString().slice(0, 10)}, ${machine}`,
    '',
    ...table,
    '',
    ...remarks.map((remark) => `- ${remark}`),
    `<!-- /bench:${name} -->`,
  ].join('\n');
  const before = existsSync(RESULTS)
    ? readFileSync(RESULTS, 'utf8')
    : '# Results\n\nWritten by the scripts beside this file. Compare ratios within one run: a shared machine has no absolute figures.\n';
  const old = new RegExp(`<!-- bench:${name} -->[\\s\\S]*<!-- /bench:${name} -->`);
  const after = old.test(before) ? before.replace(old, () => part) : `${before}\n${part}\n`;
  writeFileSync(RESULTS, await prettier.format(after, { parser: 'markdown' }));
  process.stdout.write(`${[...table, ...remarks].join('\n')}\n`);
}
