import { describe, expect, test } from '@jest/globals';
import { FactWaiter } from '../../../apps/shared/FactWaiter.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';

interface Source {
  readonly tell: (event: DomainEvent) => void;
  readonly end: (why: Error) => void;
  readonly waiter: FactWaiter;
}

async function open(): Promise<Source> {
  let tell: (event: DomainEvent) => void = () => undefined;
  let end: (why: Error) => void = () => undefined;
  const closed = new Promise<Error>((resolve) => (end = resolve));
  const watch = (onFact: (event: DomainEvent) => void): Promise<void> => {
    tell = onFact;
    return Promise.resolve();
  };
  const waiter = await FactWaiter.on({ watch, closed });
  return { tell, end, waiter };
}

const own = (state: 'online' | 'busy' | 'away'): DomainEvent => ({ type: 'presence.own', state });
const stateOf = (event: DomainEvent): string | undefined => (event.type === 'presence.own' ? event.state : undefined);
const is =
  (state: string) =>
  (event: DomainEvent): string | undefined =>
    stateOf(event) === state ? state : undefined;

describe('waiting for a fact', () => {
  test('finds what came before the question, and what comes after it', async () => {
    const { tell, waiter } = await open();
    tell(own('busy'));
    expect(await waiter.until(is('busy'), { what: 'busy' })).toBe('busy');
    const waiting = waiter.until(is('away'), { what: 'away' });
    tell(own('online'));
    tell(own('away'));
    tell(own('online'));
    expect(await waiting).toBe('away');
    expect(await waiter.until(stateOf, { what: 'anything' })).toBe('online');
  });

  test('ends with what it waited for when the time is over', async () => {
    const { tell, waiter } = await open();
    tell(own('online'));
    await expect(waiter.until(is('busy'), { timeoutMs: 1, what: 'somebody busy' })).rejects.toMatchObject({
      code: 'WAIT_TIMEOUT',
      message: expect.stringContaining('somebody busy'),
    });
  });

  test('ends with the source, but not before what it still told', async () => {
    const { tell, end, waiter } = await open();
    const waiting = waiter.until(is('busy'), { what: 'busy' });
    end(new Error('the device stopped'));
    await expect(waiting).rejects.toThrow('the device stopped');
    tell(own('away'));
    expect(await waiter.until(is('away'), { what: 'away' })).toBe('away');
  });

  test('passes on what the search itself throws', async () => {
    const { tell, waiter } = await open();
    tell(own('busy'));
    const fail = (): never => {
      throw new Error('declined');
    };
    await expect(waiter.until(fail, { what: 'nothing' })).rejects.toThrow('declined');
  });
});
