import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { config, filter, firstValueFrom, map } from 'rxjs';
import type { SansfilError } from '../../core/base/errors.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { EventHub } from '../../core/events/EventHub.js';
import { isolatedStream, type GuestStream } from '../../core/events/isolatedStream.js';

const started: DomainEvent = { type: 'presence.own', state: 'online' };
const stopped: DomainEvent = { type: 'node.stopped' };

/** The facts as a plugin gets them. */
const guestOf = (hub: EventHub, report: (error: SansfilError) => void = () => undefined): GuestStream<DomainEvent> => isolatedStream(hub.events$, report);

describe('the event hub', () => {
  /** What rxjs could not give to anybody and would throw into the process. */
  const escaped: unknown[] = [];
  beforeEach(() => {
    escaped.length = 0;
    config.onUnhandledError = (error) => escaped.push(error);
  });
  afterEach(async () => {
    // rxjs reports on a timer of its own.
    await new Promise((resolve) => setTimeout(resolve, 0));
    config.onUnhandledError = null;
    expect(escaped).toEqual([]);
  });

  const setUp = (): { hub: EventHub; heard: DomainEvent[]; failures: [string, SansfilError][] } => {
    const hub = new EventHub();
    const heard: DomainEvent[] = [];
    hub.events$.subscribe((event) => heard.push(event));
    return { hub, heard, failures: [] };
  };

  test('a subscriber of a plugin that throws is reported once, ended, and hits nobody else', () => {
    const { hub, heard } = setUp();
    let calls = 0;
    const failures: SansfilError[] = [];
    guestOf(hub, (error) => failures.push(error)).stream$.subscribe(() => {
      calls++;
      throw new Error('oops');
    });
    const good: string[] = [];
    guestOf(hub).stream$.subscribe((event) => good.push(event.type));
    hub.publish(started);
    hub.publish(stopped);
    expect(calls).toBe(1);
    expect(good).toEqual(['presence.own', 'node.stopped']);
    expect(heard).toEqual([started, stopped]);
    expect(failures.map(({ code, message }) => [code, message])).toEqual([['PLUGIN_FAILED', 'oops']]);
  });

  test.each([
    [
      'behind operators',
      (hub: EventHub, report: (e: SansfilError) => void) =>
        guestOf(hub, report)
          .stream$.pipe(
            filter((e) => e.type === 'node.stopped'),
            map((e) => e.type),
          )
          .subscribe(() => {
            throw new Error('oops');
          }),
    ],
    [
      'inside an operator',
      (hub: EventHub, report: (e: SansfilError) => void) =>
        guestOf(hub, report)
          .stream$.pipe(
            map((): string => {
              throw new Error('oops');
            }),
          )
          .subscribe(),
    ],
    [
      'in an observer object',
      (hub: EventHub, report: (e: SansfilError) => void) =>
        guestOf(hub, report).stream$.subscribe({
          next: () => {
            throw new Error('oops');
          },
        }),
    ],
    [
      'in its error callback',
      (hub: EventHub, report: (e: SansfilError) => void) =>
        guestOf(hub, report)
          .stream$.pipe(
            map((): string => {
              throw new Error('first');
            }),
          )
          .subscribe({
            error: () => {
              throw new Error('oops');
            },
          }),
    ],
  ])('what is thrown %s reaches the report and not the process', (_, subscribe) => {
    const { hub } = setUp();
    const reports: SansfilError[] = [];
    subscribe(hub, (error) => reports.push(error));
    hub.publish(stopped);
    hub.publish(stopped);
    expect(reports.map((error) => [error.code, error.message])).toEqual([['PLUGIN_FAILED', 'oops']]);
  });

  test('the rejection of an asynchronous subscriber is reported too', async () => {
    const { hub } = setUp();
    const report = new Promise<SansfilError>((resolve) => {
      // An arrow that returns a promise is what a plugin in plain JavaScript would write.
      const rejecting: (event: DomainEvent) => unknown = () => Promise.reject(new Error('later'));
      guestOf(hub, resolve).stream$.subscribe(rejecting);
    });
    hub.publish(stopped);
    expect((await report).message).toBe('later');
  });

  test('what a subscriber of the application throws becomes a fault', () => {
    const { hub, heard } = setUp();
    hub.events$.subscribe(() => {
      throw new Error('oops');
    });
    hub.publish(stopped);
    expect(heard).toEqual([stopped, { type: 'fault', where: 'events', code: 'PLUGIN_FAILED', detail: 'oops' }]);
  });

  test('everybody hears facts in one order, those published while another is told included', () => {
    const hub = new EventHub();
    const first: string[] = [];
    const second: string[] = [];
    hub.events$.subscribe((event) => {
      first.push(event.type);
      if (event.type === 'presence.own') hub.publish(stopped);
    });
    hub.events$.subscribe((event) => second.push(event.type));
    hub.publish(started);
    expect(first).toEqual(['presence.own', 'node.stopped']);
    expect(second).toEqual(first);
  });

  test('closing the stream of a guest ends all it still has and completes it', () => {
    const { hub } = setUp();
    const seen: string[] = [];
    let completed = 0;
    const guest = guestOf(hub);
    const events$ = guest.stream$;
    events$.subscribe({ next: (event) => seen.push(event.type), complete: () => completed++ });
    events$.pipe(map((event) => event.type)).subscribe({ next: (type) => seen.push(type), complete: () => completed++ });
    hub.publish(started);
    guest.close();
    hub.publish(stopped);
    expect(seen).toEqual(['presence.own', 'presence.own']);
    expect(completed).toBe(2);
  });

  test('unsubscribing works with and without operators, and a promise of the next fact too', async () => {
    const { hub } = setUp();
    const seen: string[] = [];
    const events$ = guestOf(hub).stream$;
    const plain = events$.subscribe((event) => seen.push(event.type));
    const piped = events$.pipe(map((event) => event.type)).subscribe((type) => seen.push(type));
    const next = firstValueFrom(events$);
    plain.unsubscribe();
    piped.unsubscribe();
    hub.publish(stopped);
    expect(seen).toEqual([]);
    expect(await next).toBe(stopped);
  });
});
