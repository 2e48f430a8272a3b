import { runDemo } from '../../demo/demo.js';
import type { VerbContext } from '../context.js';
import { shellKind } from '../shellKind.js';
import { linesOf } from '../../../core/shell/toTerminal.js';

export interface DemoFlags {
  readonly script?: boolean;
  readonly keep?: boolean;
}

/** The story line by line; with --json each line and the figures at the end as JSON lines. */
export async function demo({ io, out }: VerbContext, flags: DemoFlags): Promise<void> {
  const isWatched = io.outIsTerminal && io.inputIsTerminal && flags.script !== true && !out.json;
  const result = await runDemo({
    entry: io.entry,
    stay: isWatched ? shellKind({ io, out }, { dashboard: true }) : undefined,
    keep: flags.keep === true,
    interrupted: io.interrupted(),
    say: (text) => {
      for (const line of linesOf(text)) out.item({ type: 'demo.line', line }, line);
    },
  });
  out.item({ type: 'demo.done', ...result }, undefined);
}
