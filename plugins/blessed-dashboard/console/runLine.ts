import { failureOf } from '../../../core/index.js';
import { CONSOLE_LINE_CHARS_MAX } from '../limits.js';
import { parseLine } from './parseLine.js';
import { LineRefused } from './refuse.js';
import type { Told, Tools } from './Verb.js';
import { VERBS } from './verbs.js';

/** Carries out one line of the command language. Never rejects: a refusal is told with its code. */
export async function runLine(line: string, tools: Tools): Promise<Told> {
  const { language } = tools;
  try {
    if (line.length > CONSOLE_LINE_CHARS_MAX) throw new LineRefused(language.console.tooLong);
    const parsed = parseLine(line, language);
    return { lines: parsed === undefined ? [] : await VERBS[parsed.name].run(parsed.given, tools) };
  } catch (error) {
    const failure = failureOf(error);
    // What was written wrong is said in the reader's words, which name what to write instead.
    const sentence = error instanceof LineRefused ? `${error.sentence} [${error.code}]` : language.failure(failure.code, failure.detail);
    return { lines: [sentence], failure };
  }
}
