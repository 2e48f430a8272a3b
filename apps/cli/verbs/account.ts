import type { Presence } from '../../../core/events/domainEvents.js';
import { accountLines, nodeLines } from '../../../core/shell/listings.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';

export function register(context: VerbContext, name: string): Promise<void> {
  return withDevice(context, async (device) => {
    const account = await device.dispatch({ type: 'account.register', name });
    context.out.note(language.facts.registered(account.name ?? name));
    context.out.result(account, accountLines(account, language));
  });
}

export function login(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const account = await device.dispatch({ type: 'account.login' });
    context.out.note(language.console.loggedIn(account.name ?? ''));
    context.out.result(account, accountLines(account, language));
  });
}

export function whoami(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const account = await device.dispatch({ type: 'account.show' });
    if (account.name === undefined) context.out.note(words.noName);
    context.out.result(account, accountLines(account, language));
  });
}

export function status(context: VerbContext, state: Presence | undefined): Promise<void> {
  return withDevice(context, async (device) => {
    if (state === undefined) {
      const node = await device.dispatch({ type: 'node.show' });
      context.out.result(node, nodeLines(node, language));
      return;
    }
    const set = await device.dispatch({ type: 'presence.set', state });
    context.out.note(language.facts.ownPresence(language.states.presence[set.state]));
    context.out.result(set, []);
  });
}
