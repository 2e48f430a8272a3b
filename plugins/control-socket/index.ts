import { COMMANDS, definePlugin, EVENTS, EXTENSION, LOGGER, SETTINGS } from '../../core/index.js';
import { ControlSocket } from './ControlSocket.js';
import { socketPlace } from './socketPath.js';

export default definePlugin({
  name: 'control-socket',
  api: 1,
  needs: [EVENTS, COMMANDS, SETTINGS, LOGGER],
  provides: [EXTENSION],
  register: ({ provide }) => {
    provide(EXTENSION)
      .toResolvedValue(
        (events, commands, settings, logger) => new ControlSocket(socketPlace(settings.dataFolder), { events, commands, logger }),
        [EVENTS, COMMANDS, SETTINGS, LOGGER],
      )
      .inSingletonScope()
      .onDeactivation(async (extension) => {
        await extension[Symbol.asyncDispose]();
      });
  },
});
