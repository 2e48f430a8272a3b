import { CLOCK, COMMANDS, definePlugin, EVENTS, EXTENSION, LOGGER, SETTINGS, SHELL_HOST } from '../../core/index.js';
import { PlainShell } from './plain/PlainShell.js';
import { plainTerminal } from './plain/PlainTerminal.js';

export default definePlugin({
  name: 'blessed-dashboard',
  api: 1,
  needs: [COMMANDS, EVENTS, SETTINGS, CLOCK, LOGGER, SHELL_HOST],
  provides: [EXTENSION],
  register: ({ provide }) => {
    provide(EXTENSION)
      .toResolvedValue(
        (commands, events, clock, host) =>
          new PlainShell({ commands, events, clock, host, terminal: plainTerminal(process.stdin, process.stdout), folder: process.cwd() }),
        [COMMANDS, EVENTS, CLOCK, SHELL_HOST],
      )
      .inSingletonScope();
  },
});
