import type { Language } from '../../../core/index.js';
import type { FlagKind, Verb, VerbName } from './Verb.js';

/** `transfers accept ID [--to FOLDER]` */
export function usageOf(name: VerbName, { args, flags = {} }: Verb, { console: words }: Language): string {
  const shown = args.map(({ kind, optional, many }) => {
    const text = `${words.args[kind]}${many === true ? '…' : ''}`;
    return optional === true ? `[${text}]` : text;
  });
  const value: Readonly<Record<FlagKind, string>> = { alone: '', folder: ` ${words.args.folder}`, size: ` ${words.args.size}`, text: ` ${words.args.text}` };
  return [name, ...shown, ...Object.entries(flags).map(([flag, kind]) => `[--${flag}${value[kind]}]`)].join(' ');
}
