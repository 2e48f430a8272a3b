import process from 'node:process';
import { at } from '../report.mjs';
import { settleDisk } from './scratch.mjs';

/** For the eyes of who waits. */
export const note = (text) => process.stderr.write(`${text}\n`);

/**
 * A B C … A B C …, the order moved on by one from round to round, so that nobody always comes after the same one. Who
 * fails once is left out from there on, with the reason. `once(contender, round)` measures one of them.
 */
export async function inRounds(count, folder, contenders, once) {
  const results = contenders.map(({ name, tags, absent }) => ({ name, tags, absent, figures: [] }));
  for (let round = 0; round < count; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const which = (turn + round) % contenders.length;
      const result = results[which];
      if (result.absent !== undefined) continue;
      await settleDisk(folder);
      try {
        const figure = await once(contenders[which], round);
        result.figures.push(figure);
        note(`${round + 1}/${count}  ${result.name}: ${figure.seconds.toFixed(3)} s`);
      } catch (error) {
        result.absent = `failed: ${error.code ?? error.message}`;
        note(`${round + 1}/${count}  ${result.name}: ${result.absent}`);
      }
    }
  }
  return results;
}

/** The samples of one figure of a contender with that tag, or undefined when there are none. */
export function samplesOf(results, tag, figure = 'seconds') {
  const found = results.find(({ tags, figures }) => tags.includes(tag) && figures.length > 0);
  return found?.figures.map((each) => each[figure]);
}

export const median = (samples) => at(samples, 0.5);
