import { describe, expect, test } from '@jest/globals';
import { deviceWords } from '../../apps/shared/words/device.js';
import { fileWords } from '../../apps/shared/words/files.js';
import { helpWords } from '../../apps/shared/words/help.js';
import { openpgpWords } from '../../apps/shared/words/openpgp.js';
import { optionWords } from '../../apps/shared/words/options.js';
import { peopleWords } from '../../apps/shared/words/people.js';
import { DEMO_WORDS } from '../../apps/demo/words.js';
import { ERRORS } from '../../core/base/errors.js';
import type { Bilingual } from '../../core/shell/words/bilingual.js';
import { dateWords } from '../../core/shell/words/dates.js';
import { FRENCH_SENTENCES } from '../../core/shell/words/errors.js';
import { SCREEN_SECTIONS } from '../../core/shell/words/screenSections.js';
import { SECTIONS } from '../../core/shell/words/sections.js';
import { filledIn, hasWords, pairsOf, type Pair } from '../support/catalogue.js';

const ENGLISH_SENTENCES = Object.fromEntries(Object.entries(ERRORS).map(([code, { sentence }]) => [code, sentence]));

const CATALOGUE: Readonly<Record<string, Bilingual<unknown>>> = {
  ...SECTIONS,
  ...SCREEN_SECTIONS,
  dates: dateWords,
  errors: { en: ENGLISH_SENTENCES, fr: FRENCH_SENTENCES },
  help: helpWords,
  options: optionWords,
  device: deviceWords,
  people: peopleWords,
  files: fileWords,
  openpgp: openpgpWords,
  demo: DEMO_WORDS,
};

/** What is written the same in both languages: names, units, and words one has from the other. */
const SAME: readonly string[] = [
  'console.args.friendShare',
  'console.args.ownShare',
  'console.args.presence',
  'console.args.transfer',
  'dashboard.panes.conversation',
  'fileDialogs.jump.kinds.action',
  'help.placeholders.id',
  'help.placeholders.options',
  'help.placeholders.port',
  'help.placeholders.position',
  'help.placeholders.url',
  'listings.browseHead.0',
  'listings.sessions',
  'listings.sharesHead.0',
  'listings.transfersHead.0',
  'listings.version',
  'panes.keys.tab',
];

/** What goes before something else on its line. */
const OPEN: readonly string[] = ['openpgp.passphrasePrompt', 'openpgp.passphraseAgain'];

const sections = Object.entries(CATALOGUE);
const all: readonly Pair[] = sections.flatMap(([name, { en, fr }]) => pairsOf(name, en, fr));
const found = (is: (pair: Pair) => boolean): string[] => [
  ...new Map(all.filter(is).map((pair) => [nameOf(pair), `${pair.where}: ${pair.en} | ${pair.fr}`])).values(),
];
const nameOf = ({ where }: Pair): string => where.replace(/\(\d\)$/, '');

describe('the catalogue', () => {
  test.each(sections)('says all of %s in both languages', (name, { en, fr }) => {
    expect(pairsOf(name, en, fr).length).toBeGreaterThan(0);
  });

  test('was translated', () => {
    const same = all.filter(({ en, fr }) => en === fr && hasWords(en));
    expect([...new Set(same.map(nameOf))].sort()).toEqual([...SAME].sort());
  });

  test('leaves out nothing that is to be filled in', () => {
    expect(found(({ en, fr }) => filledIn(en).join() !== filledIn(fr).join())).toEqual([]);
  });

  test('has no blanks around a sentence', () => {
    expect(found((pair) => !OPEN.includes(nameOf(pair)) && (pair.en !== pair.en.trim() || pair.fr !== pair.fr.trim()))).toEqual([]);
  });

  test('ends a sentence in French as in English', () => {
    // Shortened months end in a full stop, which is none.
    const end = (text: string): string => /[.?!:…]\)?$/.exec(text.trim())?.[0] ?? '';
    expect(found((pair) => !nameOf(pair).startsWith('dates.') && end(pair.en) !== end(pair.fr))).toEqual([]);
  });

  test('is set as the French set it', () => {
    // Alone, » is no quotation mark.
    const unset = (fr: string): boolean => / [;:?!]( |$)|« |\p{L}'\p{L}/u.test(fr) || (fr.includes('«') && fr.includes(' »'));
    expect(found(({ fr }) => unset(fr))).toEqual([]);
  });

  test('has no control characters', () => {
    expect(found(({ en, fr }) => /[^\P{Cc}\n]/u.test(en + fr))).toEqual([]);
  });
});
