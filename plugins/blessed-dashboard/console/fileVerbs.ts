import { SansfilError, shortId, transferLines, transferState, transferTable, wholeId, type TransferView } from '../../../core/index.js';
import { pathOf } from './paths.js';
import type { Tools, Verb } from './Verb.js';

const TRANSFER = [{ kind: 'transfer' }] as const;

export const send: Verb = {
  args: [{ kind: 'friend' }, { kind: 'path', many: true }],
  run: async ({ args: [to = '', ...paths] }, { commands, language, ...places }) => {
    const offer = await commands.dispatch({ type: 'file.send', to, paths: paths.map((path) => pathOf(path, places)) });
    return [language.console.offered(offer.with, shortId(offer.id))];
  },
};

export const transfers: Verb = {
  args: [],
  run: async (_, { commands, language }) => {
    const all = await commands.dispatch({ type: 'transfer.list' });
    return all.length === 0 ? [language.console.noTransfers] : transferTable(all, language);
  },
};

export const transfersShow: Verb = {
  args: TRANSFER,
  run: async ({ args: [start = ''] }, tools) => {
    const id = await transferId(start, tools);
    const view = (await tools.commands.dispatch({ type: 'transfer.list' })).find((one) => one.id === id);
    if (view === undefined) throw new SansfilError('TRANSFER_UNKNOWN');
    return transferLines(view, tools.language);
  },
};

export const transfersAccept: Verb = {
  args: TRANSFER,
  flags: { to: 'folder' },
  run: async ({ args: [start = ''], flags }, tools) => {
    const to = flags.get('to');
    const into = to === undefined ? {} : { into: pathOf(to, tools) };
    return standing(await tools.commands.dispatch({ type: 'transfer.accept', id: await transferId(start, tools), ...into }), tools);
  },
};

type Change = 'transfer.decline' | 'transfer.pause' | 'transfer.resume' | 'transfer.cancel';

const changing = (type: Change): Verb => ({
  args: TRANSFER,
  run: async ({ args: [start = ''] }, tools) => {
    const view: TransferView = await tools.commands.dispatch({ type, id: await transferId(start, tools) });
    const goesOn = type !== 'transfer.resume' || view.pausedBy !== 'peer';
    return [...standing(view, tools), ...(goesOn ? [] : [tools.language.console.pausedByPeer(view.with)])];
  },
});

export const transfersDecline = changing('transfer.decline');
export const transfersPause = changing('transfer.pause');
export const transfersResume = changing('transfer.resume');
export const transfersCancel = changing('transfer.cancel');

const standing = (view: TransferView, { language }: Tools): readonly string[] => [
  language.console.transferState(shortId(view.id), transferState(view, language)),
];

const transferId = (start: string, { commands, language }: Tools): Promise<string> =>
  wholeId(start, async () => (await commands.dispatch({ type: 'transfer.list' })).map(({ id }) => id), 'TRANSFER_UNKNOWN', language.console.ambiguous);
