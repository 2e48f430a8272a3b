import { beforeAll, describe } from '@jest/globals';
import { missingTool, TMUX } from '../systemTool.js';
import { LARGE, SMALL } from './TmuxScreen.js';

const missing = await missingTool(TMUX);

/** A `describe` of what needs a real terminal; without tmux it fails with the command that installs it. */
export function describeOnTerminal(name: string, specs: () => void): void {
  describe(name, () => {
    beforeAll(() => {
      if (missing !== undefined) throw new Error(missing);
    });
    specs();
  });
}

/** A small and a large terminal, by name. */
export const SIZES = [SMALL, LARGE].map((size) => ({ ...size, size: `${size.columns}×${size.rows}` }));
