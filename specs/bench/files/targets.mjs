import { median, samplesOf } from './rounds.mjs';

/** One target: `value` undefined when what it is compared with was not there. */
export function target(what, value, bound, unit = '×') {
  if (value === undefined || Number.isNaN(value)) return [what, 'not measured', `${bound} ${unit}`, 'not measured'];
  return [what, `${value.toFixed(value >= 10 ? 1 : 2)} ${unit}`, `≤ ${bound} ${unit}`, value <= bound ? 'reached' : '**missed**'];
}

export const TARGET_HEAD = ['target', 'figure', 'bound', ''];

const over = (mine, theirs) => (mine && theirs ? median(mine) / median(theirs) : undefined);

/** What is asked of one large file. `floor` in seconds. */
export function fileTargets(results, floor) {
  const seconds = samplesOf(results, 'ours');
  const versus = (tag) => over(seconds, samplesOf(results, tag));
  const others = results.filter(({ tags, figures }) => tags.includes('secure') && figures.length > 0);
  const fastest = Math.min(...others.map(({ figures }) => median(figures.map((figure) => figure.seconds))));
  const peaks = ['aboveSend', 'aboveReceive'].map((end) => samplesOf(results, 'ours', end));
  return [
    target('÷ scp -c aes256-gcm', versus('scpGcm'), 0.6),
    target('÷ scp', versus('scp'), 0.48),
    target('÷ Node TLS pipe that hashes nothing', versus('tlsPipe'), 1),
    target('÷ floor of this run', seconds && median(seconds) / floor, 1.35),
    target('÷ fastest peer here that encrypts and verifies', seconds && others.length > 0 ? median(seconds) / fastest : undefined, 1),
    target('÷ LocalSend over plain HTTP', versus('http'), 1),
    target('CPU of both ends ÷ scp -c aes256-gcm', over(samplesOf(results, 'ours', 'cpu'), samplesOf(results, 'scpGcm', 'cpu')), 0.9),
    target('sender, peak above idle (highest of all rounds)', peaks[0] && Math.max(...peaks[0]), 64, 'MiB'),
    target('receiver, peak above idle (highest of all rounds)', peaks[1] && Math.max(...peaks[1]), 64, 'MiB'),
  ];
}

export function smallTargets(results, isDisk) {
  const versus = (tag) => over(samplesOf(results, 'ours'), samplesOf(results, tag));
  return isDisk ? [target('disk: ÷ cp -r', versus('cp'), 1.15)] : [target('tmpfs: ÷ tar over ssh', versus('tarSsh'), 0.5)];
}
