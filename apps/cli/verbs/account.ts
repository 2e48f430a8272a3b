import type { AccountView, NodeView } from '../../../core/events/commands.js';
import type { DirectoryState, Presence } from '../../../core/events/domainEvents.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';
import { formatRows } from '../layout.js';

export function register(context: VerbContext, name: string): Promise<void> {
  return withDevice(context, async (device) => {
    const account = await device.dispatch({ type: 'account.register', name });
    context.out.note(language.facts.registered(account.name ?? name));
    context.out.result(account, accountLines(account));
  });
}

export function login(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const account = await device.dispatch({ type: 'account.login' });
    context.out.note(words.loggedIn(account.name ?? ''));
    context.out.result(account, accountLines(account));
  });
}

export function whoami(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const account = await device.dispatch({ type: 'account.show' });
    if (account.name === undefined) context.out.note(words.noName);
    context.out.result(account, accountLines(account));
  });
}

export function status(context: VerbContext, state: Presence | undefined): Promise<void> {
  return withDevice(context, async (device) => {
    if (state === undefined) {
      const node = await device.dispatch({ type: 'node.show' });
      context.out.result(node, nodeLines(node));
      return;
    }
    const set = await device.dispatch({ type: 'presence.set', state });
    context.out.note(language.facts.ownPresence(language.states.presence[set.state]));
    context.out.result(set, []);
  });
}

function accountLines(account: AccountView): string[] {
  const { labels } = words;
  return formatRows([
    ...(account.name === undefined ? [] : [[labels.name, account.name]]),
    [labels.fingerprint, account.fingerprint],
    [labels.directory, directoryLine(account.state, account.directory)],
  ]);
}

function nodeLines(node: NodeView): string[] {
  const { labels } = words;
  const { url, state, code } = node.directory;
  const failed = node.plugins.filter((plugin) => plugin.state === 'failed');
  return formatRows([
    [labels.presence, language.states.presence[node.presence]],
    [labels.directory, `${directoryLine(state, url)}${code === undefined ? '' : `: ${language.failure(code)}`}`],
    [labels.reachable, node.addresses.join(', ') || words.atNoAddress],
    [labels.sessions, String(node.sessions)],
    [labels.fingerprint, node.fingerprint],
    [labels.version, node.version],
    ...failed.map(({ name, code: why }) => [labels.plugin, `${words.pluginFailed(name)}${why === undefined ? '' : ` [${why}]`}`]),
  ]);
}

const directoryLine = (state: DirectoryState, url: string | undefined): string => `${language.states.directory[state]}${url === undefined ? '' : ` (${url})`}`;
