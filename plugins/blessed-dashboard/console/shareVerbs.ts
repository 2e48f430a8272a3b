import { browseTable, filesOf, filesTable, sharesOf, shareTable, shortId, wholeId } from '../../../core/index.js';
import { pathOf } from './paths.js';
import { quoted } from './splitLine.js';
import type { Tools, Verb } from './Verb.js';

export const share: Verb = {
  args: [],
  run: async (_, { commands, language }) => {
    const shares = await commands.dispatch({ type: 'share.list' });
    if (shares.length === 0) return [language.console.noShares];
    const problems = shares.flatMap((one) => one.problems);
    return [...shareTable(shares, language), ...problems.map(({ name, code }) => language.console.leftOut(name, language.failure(code)))];
  },
};

export const shareAdd: Verb = {
  args: [{ kind: 'path' }],
  run: async ({ args: [path = ''] }, { commands, language, ...places }) => {
    const { id } = await commands.dispatch({ type: 'share.add', path: pathOf(path, places) });
    return [language.console.shareRead(shortId(id))];
  },
};

export const shareRemove: Verb = {
  args: [{ kind: 'ownShare' }],
  run: async ({ args: [start = ''] }, { commands, language }) => {
    const ids = async (): Promise<readonly string[]> => (await commands.dispatch({ type: 'share.list' })).map(({ id }) => id);
    const gone = await commands.dispatch({ type: 'share.remove', id: await wholeId(start, ids, 'SHARE_UNKNOWN', language.console.ambiguous) });
    return [language.console.shareRemoved(shortId(gone.id))];
  },
};

export const browse: Verb = {
  args: [{ kind: 'friend' }, { kind: 'friendShare', optional: true }],
  run: async ({ args: [name = '', start] }, tools) => {
    const { commands, language, now } = tools;
    if (start !== undefined) {
      const files = await filesOf(commands, name, await shareOf(name, start, tools));
      return files.length === 0 ? [language.console.emptyShare] : filesTable(files, language, now());
    }
    const shares = await sharesOf(commands, name);
    if (shares.length === 0) return [language.console.noSharesOf(name)];
    return [...browseTable(shares, language), language.console.browseNext(`browse ${quoted(name)} ${language.console.args.friendShare}`)];
  },
};

export const fetch: Verb = {
  args: [{ kind: 'friend' }, { kind: 'friendShare' }, { kind: 'item', optional: true, many: true }],
  flags: { to: 'folder' },
  run: async ({ args: [name = '', start = '', ...items], flags }, tools) => {
    const to = flags.get('to');
    const view = await tools.commands.dispatch({
      type: 'share.fetch',
      name,
      id: await shareOf(name, start, tools),
      ...(items.length === 0 ? {} : { items }),
      ...(to === undefined ? {} : { into: pathOf(to, tools) }),
    });
    return [tools.language.console.fetching(view.with, shortId(view.id))];
  },
};

const shareOf = (name: string, start: string, { commands, language }: Tools): Promise<string> =>
  wholeId(start, async () => (await sharesOf(commands, name)).map(({ id }) => id), 'SHARE_UNKNOWN', language.console.ambiguous);
