import { ERRORS } from '../../../core/base/errors.js';
import type { AccountView, NodeView } from '../../../core/events/commands.js';
import type { Presence } from '../../../core/events/domainEvents.js';
import { words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';

export function register(context: VerbContext, name: string): Promise<void> {
  return withDevice(context, async (device) => {
    const account = await device.dispatch({ type: 'account.register', name });
    context.out.note(words.registered(account.name ?? name));
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
    context.out.note(words.presence(set.state));
    context.out.result(set, []);
  });
}

function accountLines(account: AccountView): string[] {
  return [
    ...(account.name === undefined ? [] : [`name         ${account.name}`]),
    `fingerprint  ${account.fingerprint}`,
    `directory    ${words.directoryStates[account.state]}${account.directory === undefined ? '' : ` (${account.directory})`}`,
  ];
}

function nodeLines(node: NodeView): string[] {
  const { url, state, code } = node.directory;
  const failed = node.plugins.filter((plugin) => plugin.state === 'failed');
  return [
    `presence     ${node.presence}`,
    `directory    ${words.directoryStates[state]}${url === undefined ? '' : ` (${url})`}${code === undefined ? '' : `: ${ERRORS[code].sentence} [${code}]`}`,
    `reachable    ${node.addresses.join(', ') || 'at no address'}`,
    `sessions     ${node.sessions}`,
    `fingerprint  ${node.fingerprint}`,
    `version      ${node.version}`,
    ...failed.map(({ name, code: why }) => `plugin       ${name} failed${why === undefined ? '' : ` [${why}]`}`),
  ];
}
