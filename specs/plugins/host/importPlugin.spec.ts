import { describe, expect, test } from '@jest/globals';
import { definePlugin } from '../../../core/plugins/definePlugin.js';
import { importPlugin } from '../../../core/plugins/importPlugin.js';

const plugin = definePlugin({ name: 'guest', api: 1, needs: [], provides: [], register: () => undefined });
const loads: string[] = [];
const options = {
  builtIn: new Map<string, () => Promise<{ readonly default: unknown }>>([
    ['guest', () => Promise.resolve({ default: plugin })],
    ['hollow', () => Promise.resolve({ default: undefined })],
  ]),
  allowed: [
    'sansfil-guest',
    '@room/guest',
    '/opt/guest.mjs',
    '../guest.mjs',
    'https://example.org/guest.mjs',
    'data:text/javascript,export default 1',
    'node:fs',
    'broken',
    'old',
  ],
  load: (specifier: string): Promise<unknown> => {
    loads.push(specifier);
    if (specifier === 'broken') return Promise.reject(new SyntaxError('Unexpected token'));
    return Promise.resolve({ default: specifier === 'old' ? { ...plugin, api: 0 } : plugin });
  },
};

describe('importing a plugin by name', () => {
  test.each(['guest', 'sansfil-guest', '@room/guest', '/opt/guest.mjs'])('%s is loaded', async (specifier) => {
    expect(await importPlugin(specifier, options)).toMatchObject({ name: 'guest' });
  });

  test.each(['/opt/other.mjs', 'sansfil-guest/other', 'toString', '', '__proto__'])('%j is not listed and never touched', async (specifier) => {
    loads.length = 0;
    await expect(importPlugin(specifier, options)).rejects.toMatchObject({ code: 'PLUGIN_INVALID', message: expect.stringContaining('listed') });
    expect(loads).toEqual([]);
  });

  test.each(['../guest.mjs', 'https://example.org/guest.mjs', 'data:text/javascript,export default 1', 'node:fs'])(
    '%s is refused though listed: neither a package nor an absolute path',
    async (specifier) => {
      loads.length = 0;
      await expect(importPlugin(specifier, options)).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
      expect(loads).toEqual([]);
    },
  );

  test('what cannot be loaded, or is no plugin, is PLUGIN_INVALID naming it', async () => {
    await expect(importPlugin('broken', options)).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: expect.stringMatching(/'broken'.*Unexpected token/),
    });
    await expect(importPlugin('hollow', options)).rejects.toMatchObject({ code: 'PLUGIN_INVALID', message: expect.stringMatching(/'hollow'/) });
    await expect(importPlugin('old', options)).rejects.toMatchObject({ code: 'PLUGIN_API' });
  });
});
