import { accountLines, nodeLines, type AccountView, type Presence } from '../../../core/index.js';
import { refuse } from './refuse.js';
import type { Tools, Verb } from './Verb.js';

const PRESENCES: readonly Presence[] = ['online', 'busy', 'away', 'offline'];

const toldOf = (account: AccountView, first: string, { language }: Tools): readonly string[] => [first, ...accountLines(account, language)];

export const register: Verb = {
  args: [{ kind: 'newName' }],
  run: async ({ args: [name = ''] }, tools) => {
    const account = await tools.commands.dispatch({ type: 'account.register', name });
    return toldOf(account, tools.language.facts.registered(account.name ?? name), tools);
  },
};

export const login: Verb = {
  args: [],
  run: async (_, tools) => {
    const account = await tools.commands.dispatch({ type: 'account.login' });
    return toldOf(account, tools.language.console.loggedIn(account.name ?? ''), tools);
  },
};

export const whoami: Verb = {
  args: [],
  run: async (_, { commands, language }) => {
    const account = await commands.dispatch({ type: 'account.show' });
    return [...accountLines(account, language), ...(account.name === undefined ? [language.console.noName] : [])];
  },
};

export const status: Verb = {
  args: [{ kind: 'presence', optional: true }],
  run: async ({ args: [wanted] }, { commands, language }) => {
    if (wanted === undefined) return nodeLines(await commands.dispatch({ type: 'node.show' }), language);
    const state = PRESENCES.find((one) => one === wanted);
    if (state === undefined) return refuse(language.console.notPresence(wanted));
    const set = await commands.dispatch({ type: 'presence.set', state });
    return [language.facts.ownPresence(language.states.presence[set.state])];
  },
};
