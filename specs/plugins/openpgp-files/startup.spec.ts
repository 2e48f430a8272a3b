import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/root.js';

const FOLDER = join(ROOT, 'plugins/openpgp-files');

/** Every package and file that is loaded with that file of the plugin. */
function loadedWith(entry: string): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const name of loaded) {
    if (!name.startsWith('./')) continue;
    const text = readFileSync(join(FOLDER, name.replace(/\.js$/, '.ts')), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export|\}) .*?from '([^']+)';$/gm)) loaded.add(specifier);
  }
  return loaded;
}

test('a device that starts loads the plugin without OpenPGP.js, which its threads load', () => {
  expect(loadedWith('./index.js')).toContain('./OpenPgpFiles.js');
  expect(loadedWith('./index.js')).not.toContain('openpgp');
  expect(loadedWith('./worker.js')).toContain('openpgp');
});
