import { Help, type Argument, type Command, type HelpConfiguration, type Option } from 'commander';
import { words } from '../shared/words.js';

const NO_BREAK = '\u00a0';
/** As wide, and no space. */
const STAND_IN = '\u0000';

/** The help of every verb, with the parser's own words in the reader's language as well. */
export function translateHelp(program: Command): Command {
  return program.helpOption('-h, --help', words.help).helpCommand('help [command]', words.help).configureHelp(helpInWords());
}

function helpInWords(): HelpConfiguration {
  const usual = new Help();
  return {
    styleTitle: (title) => lookUp(words.titles, title),
    commandUsage: (command) => fillIn(usual.commandUsage(command)),
    subcommandTerm: (command) => fillIn(usual.subcommandTerm(command)),
    optionTerm: (option) => fillIn(usual.optionTerm(option)),
    argumentTerm: (argument) => lookUp(words.placeholders, usual.argumentTerm(argument)),
    optionDescription: describe,
    argumentDescription: describe,
    // It would break lines before `;` and `:`, which French keeps with their word.
    boxWrap: (text, width) => usual.boxWrap(text.replaceAll(NO_BREAK, STAND_IN), width).replaceAll(STAND_IN, NO_BREAK),
  };
}

/** Only what is set is said; a flag without a value has no default worth telling. */
function describe({ argChoices, defaultValue, description }: Option | Argument): string {
  const more = [
    ...(argChoices === undefined ? [] : [words.choices(argChoices.join(', '))]),
    ...(typeof defaultValue === 'string' ? [words.preset(defaultValue)] : []),
  ];
  return [description, ...(more.length === 0 ? [] : [`(${more.join(', ')})`])].filter((part) => part !== '').join(' ');
}

/** `send [options] <name> <path...>`, with what stands between brackets translated. */
const fillIn = (term: string): string =>
  term.replace(
    /([<[])([^<>[\].]+)(\.{3})?(?=[>\]])/g,
    (_, open: string, what: string, more = '') => `${open}${lookUp(words.placeholders, what)}${String(more)}`,
  );

const lookUp = (translations: Readonly<Record<string, string>>, text: string): string =>
  Object.hasOwn(translations, text) ? (translations[text] ?? text) : text;
