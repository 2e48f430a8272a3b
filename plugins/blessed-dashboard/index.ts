import { CLOCK, COMMANDS, definePlugin, EVENTS, EXTENSION, LOGGER, SETTINGS, SHELL_HOST } from '../../core/index.js';
import { Dashboard } from './Dashboard.js';
import { ShellFiles } from './files/ShellFiles.js';
import { PlainShell } from './plain/PlainShell.js';
import { plainTerminal } from './plain/PlainTerminal.js';
import { Terminal } from './screen/Terminal.js';

export default definePlugin({
  name: 'blessed-dashboard',
  api: 1,
  needs: [COMMANDS, EVENTS, SETTINGS, CLOCK, LOGGER, SHELL_HOST],
  provides: [EXTENSION],
  register: ({ provide }) => {
    provide(EXTENSION)
      .toResolvedValue(
        (commands, events, settings, clock, logger, host) => {
          const shared = { commands, events, clock, host, folder: process.cwd() };
          if (host.plain) return new PlainShell({ ...shared, terminal: plainTerminal(process.stdin, process.stdout) });
          const display = new Terminal(
            { input: process.stdin, output: process.stdout, clock, process },
            { terminal: host.terminal, colours: host.colours, mouse: true },
          );
          return new Dashboard({ ...shared, logger, display, files: new ShellFiles(settings.dataFolder) });
        },
        [COMMANDS, EVENTS, SETTINGS, CLOCK, LOGGER, SHELL_HOST],
      )
      .inSingletonScope();
  },
});
