import { clusters, parseAccountName, SansfilError, type AccountName, type Language } from '../../../core/index.js';

/** The account name that is written; undefined while it is none. */
export function nameWritten(text: string): AccountName | undefined {
  try {
    return parseAccountName(text.trim());
  } catch (error) {
    if (error instanceof SansfilError) return undefined;
    throw error;
  }
}

/** Why what is written is no account name; undefined when it is one, or nothing yet. */
export function nameProblem(written: string, { peopleDialogs }: Language): string | undefined {
  const text = written.trim();
  if (text === '' || nameWritten(text) !== undefined) return undefined;
  const words = peopleDialogs.name;
  // What is fine between two letters is fine inside a name.
  const parts = clusters(text).map((cluster) => cluster.text);
  const wrong = parts.find((part) => nameWritten(`a${part}a`) === undefined);
  if (wrong !== undefined) return wrong.trim() === '' ? words.space : words.character(wrong);
  const edges = [`${parts[0] ?? ''}a`, `a${parts.at(-1) ?? ''}`];
  return edges.every((edge) => nameWritten(edge) !== undefined) ? words.long : words.edge;
}
