import { median, samplesOf } from './rounds.mjs';

const RATIOS = { one: '÷ one', scpGcm: '÷ scp -c aes256-gcm', scp: '÷ scp', tlsPipe: '÷ Node TLS pipe', cp: '÷ cp -r', tarSsh: '÷ tar over ssh' };

const rounded = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const most = (samples) => Math.max(...samples).toFixed(0);

/** One row a contender; `bases` the tags whose medians are divided by, `floor` seconds or undefined. */
export function contenderTable(title, results, bases, floor) {
  const bySpeed = [...results].sort((a, b) => speed(a) - speed(b));
  const divisors = bases.map((tag) => samplesOf(results, tag)).map((samples) => samples && median(samples));
  if (floor !== undefined) divisors.push(floor);
  const ratios = [...bases.map((tag) => RATIOS[tag]), ...(floor === undefined ? [] : ['÷ floor'])];
  const rows = bySpeed.map(({ name, absent, figures }) => {
    if (figures.length === 0) return [name, absent, ...Array.from({ length: ratios.length + 5 }, () => '')];
    const of = (figure) => figures.map((each) => each[figure]);
    const seconds = of('seconds');
    const quotients = divisors.map((divisor) => (divisor === undefined ? '' : rounded(median(seconds) / divisor)));
    const memory = `${most(of('peakSend'))} / ${most(of('peakReceive'))}`;
    const timing = [median(seconds), Math.min(...seconds), Math.max(...seconds)].map(rounded);
    const label = absent === undefined ? name : `${name} (${absent})`;
    return [label, ...timing, rounded(median(of('cpu'))), memory, ...quotients, String(figures.length)];
  });
  return {
    title,
    head: ['what', 'wall s', 'min', 'max', 'CPU s both', 'peak MiB send / receive', ...ratios, 'rounds'],
    rows,
  };
}

function speed({ figures }) {
  return figures.length === 0 ? Infinity : median(figures.map(({ seconds }) => seconds));
}
