import { describe, expect, test } from '@jest/globals';
import { Subject } from 'rxjs';
import { SansfilError } from '../../../core/base/errors.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { definePlugin, type Plugin } from '../../../core/plugins/definePlugin.js';
import { EVENTS, EXTENSION, type Extension } from '../../../core/ports/extension.js';
import { token } from '../../../core/ports/token.js';
import { ALPHA, BETA, extension, failing, newHost, provider } from '../../support/guest.js';

describe('loading plugins', () => {
  test('gives out what they provide, made once, from what others provide, whatever the order they are named in', async () => {
    const log: string[] = [];
    const { host, reports } = newHost();
    await host.load([provider('b', BETA, [ALPHA], log), provider('a', ALPHA, [], log)]);
    expect(log).toEqual([]);
    expect(await Promise.all([host.get(BETA), host.get(BETA)])).toEqual(['b<a', 'b<a']);
    expect(await host.get(ALPHA)).toBe('a');
    expect(log).toEqual(['make a', 'make b']);
    expect(host.status()).toEqual([
      { name: 'a', state: 'running' },
      { name: 'b', state: 'running' },
    ]);
    expect(reports).toEqual([]);
  });

  test('takes asynchronous factories and asynchronous registration, and makes each value once', async () => {
    const { host } = newHost();
    let made = 0;
    const slow = definePlugin({
      name: 'slow',
      api: 1,
      needs: [],
      provides: [ALPHA],
      register: async ({ provide }) => {
        await Promise.resolve();
        provide(ALPHA).toResolvedValue(async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return `made ${++made}`;
        });
      },
    });
    await host.load([slow, provider('b', BETA, [ALPHA], [])]);
    expect(await Promise.all([host.get(BETA), host.get(ALPHA), host.get(BETA)])).toEqual(['b<made 1', 'made 1', 'b<made 1']);
  });

  test('a need that nothing provides is refused by name, before anything is registered or constructed', async () => {
    const log: string[] = [];
    const { host } = newHost();
    const watching: Plugin = { ...provider('b', BETA, [], log), register: () => void log.push('register') };
    const loading = host.load([watching, provider('needy', ALPHA, [BETA, token<string>('events')], log)]);
    await expect(loading).rejects.toMatchObject({ code: 'PLUGIN_NEED_MISSING', message: "plugin 'needy' needs 'events', which nothing provides" });
    expect(log).toEqual([]);
    expect(host.status()).toEqual([]);
  });

  test('what the application gives, now or later, counts as provided', async () => {
    const { host } = newHost([BETA]);
    host.give(ALPHA, 'given');
    const log: string[] = [];
    await host.load([extension('x', [ALPHA, BETA], log)]);
    await expect(host.start()).rejects.toMatchObject({ code: 'BUG', message: "'beta' was never given" });
    host.give(BETA, 'later');
    await host.start();
    expect(log).toEqual(['make x given later', 'start x']);
    expect(await host.get(ALPHA)).toBe('given');
    expect(() => host.give(ALPHA, 'again')).toThrow(expect.objectContaining({ code: 'BUG' }));
  });

  test.each([
    ['a second of the same name', [provider('a', ALPHA, [], []), provider('a', BETA, [], [])], 'PLUGIN_INVALID', /'a' is loaded twice/],
    ['another interface version', [{ ...provider('a', ALPHA, [], []), api: 2 }], 'PLUGIN_API', /'a' was written for plugin interface 2, this is 1/],
    ['a circle', [provider('a', ALPHA, [BETA], []), provider('b', BETA, [ALPHA], [])], 'PLUGIN_INVALID', /circle: a → b → a/],
    ['a name in another case', [{ ...provider('a', ALPHA, [], []), name: 'My Plugin' }], 'PLUGIN_INVALID', /kebab-case/],
    ['needs that are no tokens', [{ ...provider('a', ALPHA, [], []), needs: ['clock'] }], 'PLUGIN_INVALID', /lists of tokens/],
    ['no register function', [{ ...provider('a', ALPHA, [], []), register: 1 }], 'PLUGIN_INVALID', /register/],
    ['something else altogether', [undefined], 'PLUGIN_INVALID', /definePlugin/],
  ] as const)('%s is refused and nothing is loaded', async (_, plugins, code, message) => {
    const { host } = newHost();
    await expect(host.load(plugins as unknown as Plugin[])).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(host.status()).toEqual([]);
  });

  test('a plugin already loaded is refused in a later load too, and stays as it was', async () => {
    const { host } = newHost();
    await host.load([provider('a', ALPHA, [], [])]);
    await expect(host.load([provider('a', BETA, [], [])])).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
    expect(await host.get(ALPHA)).toBe('a');
  });

  test('two providers of what there can be only one of are refused by name when it is asked for', async () => {
    const { host } = newHost();
    await host.load([provider('a', ALPHA, [], []), provider('b', ALPHA, [], [])]);
    await expect(host.get(ALPHA)).rejects.toMatchObject({ code: 'PLUGIN_INVALID', message: expect.stringMatching(/'a' and 'b' provide 'alpha'/) });
    expect(await host.getAll(ALPHA)).toEqual(['a', 'b']);
    await expect(host.get(BETA)).rejects.toMatchObject({ code: 'PLUGIN_NEED_MISSING' });
    expect(await host.getAll(BETA)).toEqual([]);
  });
});

describe('a plugin that breaks its manifest', () => {
  test.each([
    ['provides what it does not list', { needs: [], provides: [ALPHA] }, "provides 'beta'"],
    ['asks for what it does not list', { needs: [], provides: [BETA] }, "asks for 'alpha'"],
  ])('%s: it is switched off, the rest goes on', async (_, lists, message) => {
    const { host, errors } = newHost();
    const sly = definePlugin({ ...lists, name: 'sly', api: 1, register: ({ provide }) => void provide(BETA).toResolvedValue((alpha) => alpha, [ALPHA]) });
    await host.load([sly, provider('a', ALPHA, [], [])]);
    expect(errors).toEqual([expect.objectContaining({ code: 'PLUGIN_INVALID', message: expect.stringContaining(message) })]);
    expect(host.status()).toEqual([
      { name: 'a', state: 'running' },
      { name: 'sly', state: 'failed', code: 'PLUGIN_INVALID' },
    ]);
    expect(await host.getAll(BETA)).toEqual([]);
  });
});

describe('a plugin that throws', () => {
  test('while registering is reported and switched off with those that need it, by name; the rest goes on', async () => {
    const log: string[] = [];
    const { host, reports, errors } = newHost();
    const broken: Plugin = {
      ...provider('broken', ALPHA, [], log),
      register: () => {
        throw new Error('oops');
      },
    };
    await host.load([extension('user', [ALPHA], log), broken, extension('other', [], log)]);
    expect(reports).toEqual(['broken: PLUGIN_FAILED', 'user: PLUGIN_NEED_MISSING']);
    expect(errors[1]?.message).toBe("plugin 'user' needs 'alpha', which 'broken' failed to provide");
    await host.start();
    expect(log).toEqual(['make other', 'start other']);
    expect(host.status().map(({ name, state }) => `${name} ${state}`)).toEqual(['other running', 'broken failed', 'user failed']);
    await expect(host.get(ALPHA)).rejects.toMatchObject({ code: 'PLUGIN_FAILED', message: 'oops' });
  });

  test('while making a service surfaces with its own code where the application asks for it', async () => {
    const { host, reports } = newHost();
    const log: string[] = [];
    const store = definePlugin({
      name: 'store',
      api: 1,
      needs: [],
      provides: [ALPHA, BETA],
      register: ({ provide }) => {
        provide(ALPHA).toResolvedValue(async () => {
          await Promise.resolve();
          throw new SansfilError('STORE_CORRUPT', 'the database is damaged');
        });
        provide(BETA).toResolvedValue((alpha) => alpha, [ALPHA]);
      },
    });
    await host.load([store, extension('user', [BETA], log), extension('other', [], log)]);
    const asked = host.get(BETA);
    await expect(asked).rejects.toBeInstanceOf(SansfilError);
    await expect(asked).rejects.toMatchObject({ code: 'STORE_CORRUPT', message: 'the database is damaged' });
    await expect(host.get(ALPHA)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(reports).toEqual(['store: STORE_CORRUPT', 'user: PLUGIN_NEED_MISSING']);
    await host.start();
    expect(log).toEqual(['make other', 'start other']);
    await host[Symbol.asyncDispose]();
    expect(reports).toHaveLength(2);
  });

  test('while making one of many services is left out, the others are given', async () => {
    const { host, reports } = newHost();
    const bad: Plugin = definePlugin({
      name: 'bad',
      api: 1,
      needs: [],
      provides: [ALPHA],
      register: ({ provide }) => void provide(ALPHA).toResolvedValue(failing('PORT_IN_USE', 'taken')),
    });
    await host.load([provider('a', ALPHA, [], []), bad, provider('c', ALPHA, [], [])]);
    expect(await host.getAll(ALPHA)).toEqual(['a', 'c']);
    expect(reports).toEqual(['bad: PORT_IN_USE']);
  });

  test('a service that an extension needs fails: its provider is blamed, the extension misses a need', async () => {
    const { host, reports } = newHost();
    const log: string[] = [];
    const bad: Plugin = definePlugin({
      name: 'bad',
      api: 1,
      needs: [],
      provides: [ALPHA],
      register: ({ provide }) => void provide(ALPHA).toResolvedValue(failing('STORE_FAILED', 'disk')),
    });
    await host.load([extension('far', [BETA], log), provider('near', BETA, [ALPHA], log), bad, extension('other', [], log)]);
    await host.start();
    expect(reports).toEqual(['bad: STORE_FAILED', 'near: PLUGIN_NEED_MISSING', 'far: PLUGIN_NEED_MISSING']);
    expect(log).toEqual(['make other', 'start other']);
  });

  test.each([
    ['throws', failing('PORT_IN_USE', 'taken')],
    ['rejects', () => Promise.reject(new SansfilError('PORT_IN_USE', 'taken'))],
  ])('when its start %s it is disposed of and reported, the rest goes on', async (_, start) => {
    const log: string[] = [];
    const { host, reports } = newHost();
    await host.load([extension('one', [], log), extension('bad', [], log, start), extension('three', [], log)]);
    await host.start();
    expect(reports).toEqual(['bad: PORT_IN_USE']);
    expect(log).toEqual(['make one', 'start one', 'make bad', 'start bad', 'dispose bad', 'make three', 'start three']);
    expect(host.status().find(({ name }) => name === 'bad')).toEqual({ name: 'bad', state: 'failed', code: 'PORT_IN_USE' });
  });

  test('while being taken down is reported and keeps no other up', async () => {
    const log: string[] = [];
    const { host, reports } = newHost();
    const clinging = definePlugin({
      name: 'clinging',
      api: 1,
      needs: [],
      provides: [ALPHA],
      register: ({ provide }) => void provide(ALPHA).toConstantValue('x').onDeactivation(failing('STORE_FAILED', 'will not close')),
    });
    await host.load([provider('b', BETA, [], log), clinging]);
    await Promise.all([host.get(ALPHA), host.get(BETA)]);
    await host[Symbol.asyncDispose]();
    expect(reports).toEqual(['clinging: STORE_FAILED']);
    expect(log).toEqual(['make b', 'unmake b']);
    expect(host.status()).toEqual([]);
  });
});

describe('the facts a plugin gets', () => {
  const listener = (name: string, heard: string[], onEvent: (event: DomainEvent) => void = () => undefined): Plugin =>
    definePlugin({
      name,
      api: 1,
      needs: [EVENTS],
      provides: [EXTENSION],
      register: ({ provide }) =>
        void provide(EXTENSION).toResolvedValue(
          (events): Extension => ({
            start: () =>
              void events.subscribe((event) => {
                heard.push(`${name} heard ${event.type}`);
                onEvent(event);
              }),
            [Symbol.asyncDispose]: () => {
              heard.push(`dispose ${name}`);
              return Promise.resolve();
            },
          }),
          [EVENTS],
        ),
    });
  const event: DomainEvent = { type: 'node.stopped' };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('are its own: a subscriber that throws takes its plugin down and hits nobody else', async () => {
    const heard: string[] = [];
    const facts = new Subject<DomainEvent>();
    const { host, reports } = newHost([EVENTS]);
    await host.load([listener('bad', heard, failing('BUG', 'oops')), listener('good', heard)]);
    host.give(EVENTS, facts);
    await host.start();
    facts.next(event);
    await turn();
    facts.next(event);
    expect(heard).toEqual(['bad heard node.stopped', 'good heard node.stopped', 'dispose bad', 'good heard node.stopped']);
    expect(reports).toEqual(['bad: BUG']);
    expect(facts.observed).toBe(true);
    await host[Symbol.asyncDispose]();
    expect(facts.observed).toBe(false);
  });

  test('end when the plugin is unloaded, even if it keeps its subscription', async () => {
    const heard: string[] = [];
    const facts = new Subject<DomainEvent>();
    const { host } = newHost([EVENTS]);
    await host.load([listener('one', heard)]);
    host.give(EVENTS, facts);
    await host.start();
    await host.unload('one');
    facts.next(event);
    expect(heard).toEqual(['dispose one']);
    expect(facts.observed).toBe(false);
  });
});

describe('taking plugins down', () => {
  test('extensions start providers first and stop in reverse; services go after them, users before providers', async () => {
    const log: string[] = [];
    const { host } = newHost();
    await host.load([extension('x', [BETA], log), provider('b', BETA, [ALPHA], log), provider('a', ALPHA, [], log), extension('y', [], log)]);
    await host.start();
    expect(log.splice(0)).toEqual(['make a', 'make b', 'make x b<a', 'start x', 'make y', 'start y']);
    await host.stop();
    expect(log.splice(0)).toEqual(['dispose y', 'dispose x']);
    await host[Symbol.asyncDispose]();
    expect(log.splice(0)).toEqual(['unmake b', 'unmake a']);
    await host[Symbol.asyncDispose]();
    expect(log).toEqual([]);
  });

  test('a provider in use is not unloaded, and it is said by whom', async () => {
    const { host } = newHost();
    await host.load([provider('a', ALPHA, [], []), provider('b', BETA, [ALPHA], [])]);
    await expect(host.unload('a')).rejects.toMatchObject({ code: 'PLUGIN_IN_USE', message: "'a' is in use by plugin 'b'" });
    await host.unload('b');
    await host.unload('a');
    expect(host.status()).toEqual([]);
    await expect(host.unload('a')).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
  });

  test('what the device itself holds is not unloaded', async () => {
    const { host } = newHost();
    await host.load([provider('a', ALPHA, [], [])]);
    await host.get(ALPHA);
    await expect(host.unload('a')).rejects.toMatchObject({ code: 'PLUGIN_IN_USE', message: "'a' is in use by the device itself" });
  });

  test('what was never made is never unmade; what was unloaded can be loaded again', async () => {
    const log: string[] = [];
    const { host } = newHost();
    await host.load([provider('a', ALPHA, [], log)]);
    await host.unload('a');
    expect(log).toEqual([]);
    await host.load([provider('a', ALPHA, [], log)]);
    expect(await host.get(ALPHA)).toBe('a');
  });
});
