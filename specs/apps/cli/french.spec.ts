import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ERRORS } from '../../../core/base/errors.js';
import { FRENCH_SENTENCES } from '../../../core/shell/words/errors.js';
import { runCommandLine } from '../../support/commandLine.js';
import { FakeDevice } from '../../support/fakeDevice.js';

const french = { locale: 'fr_FR.UTF-8' };

let device: FakeDevice;
beforeEach(async () => {
  device = await FakeDevice.start();
});
afterEach(async () => {
  await device[Symbol.asyncDispose]();
});

describe('where French is spoken', () => {
  test('help is French, with the words of the parser as well', async () => {
    const { out } = await runCommandLine(['--help'], french);
    expect(out).toContain('Usage\u00a0: sansfil [options] [commande]');
    expect(out).toMatch(/^ {2}fetch \[options\] <nom> <partage> \[chemin\.\.\.\] +récupère ce que partage un ami/m);
    expect(out).not.toMatch(/Usage:|Options:|Commands:|display help|output the version/);
    const { out: ofRun } = await runCommandLine(['run', '--help'], french);
    expect(ofRun.replace(/\s+/g, ' ')).toContain('(au choix : pi, viewboard, par défaut : pi)');
    expect(ofRun).not.toMatch(/^\s*[:;]/m);
  });

  test('a failure is French, its code and the exit code are not', async () => {
    const flags = ['whoami', '--data', '/nowhere'];
    const { err, exit } = await runCommandLine(flags, french);
    expect(err).toMatch(new RegExp(`^sansfil: ${FRENCH_SENTENCES.NOT_RUNNING}.*\\[NOT_RUNNING\\]\n$`));
    expect(exit).toBe((await runCommandLine(flags)).exit);
  });

  test('a program that reads JSON reads the same as everywhere', async () => {
    const flags = ['whoami', '--data', '/nowhere', '--json'];
    expect(await runCommandLine(flags, french)).toMatchObject({ out: (await runCommandLine(flags)).out });
    expect((await runCommandLine(flags, french)).out).toContain(ERRORS.NOT_RUNNING.sentence);
  });

  test('lists and remarks are French', async () => {
    expect((await runCommandLine(['friends', '--data', device.folder], french)).err).toBe(
      'Personne encore. Demandez à quelqu’un\u00a0: sansfil friends add NOM\n',
    );
  });

  test('the next command line is in its own language', async () => {
    await runCommandLine(['--help'], french);
    expect((await runCommandLine(['--help'])).out).toContain('Usage: sansfil [options] [command]');
  });
});
