import { messageLines, type Language, type MessageView } from '../../../core/index.js';
import { quoted } from './splitLine.js';
import type { Verb } from './Verb.js';

export const message: Verb = {
  args: [{ kind: 'friend' }, { kind: 'text' }],
  run: async ({ args: [to = '', text = ''] }, { commands, language }) => [stateLine(await commands.dispatch({ type: 'message.send', to, text }), language)],
};

export const read: Verb = {
  args: [{ kind: 'friend' }],
  run: async ({ args: [from = ''] }, { commands, language, now }) => {
    const unread = await commands.dispatch({ type: 'message.read', from });
    return unread.length === 0 ? [language.console.nothingUnread(from)] : unread.flatMap((one) => messageLines(one, language, now()));
  },
};

export const history: Verb = {
  args: [{ kind: 'friend' }],
  flags: { search: 'text' },
  run: async ({ args: [name = ''], flags }, { commands, language, now }) => {
    const search = flags.get('search');
    const found = await commands.dispatch({ type: 'message.history', with: name, ...(search === undefined ? {} : { search }) });
    if (found.length > 0) return found.flatMap((one) => messageLines(one, language, now()));
    return [
      search === undefined ? language.console.noMessages(name, `message ${quoted(name)} ${language.console.args.text}`) : language.console.noneFound(search),
    ];
  },
};

function stateLine(view: MessageView, language: Language): string {
  const { console: words, states } = language;
  if (view.waits === undefined) return words.messageState(states.message[view.state], view.with);
  const { code, retryInMs } = view.waits;
  return words.messageWaits(language.failure(code), retryInMs === undefined ? '' : ` ${language.facts.retryIn(language.duration(retryInMs))}`);
}
