import { CLOCK, definePlugin, EXTENSION, LOGGER, PRIMITIVES, RANDOM, SETTINGS, VERIFIER } from '../../core/index.js';
import { BrokerExtension } from './BrokerExtension.js';
import { brokerOptions } from './options.js';

export { BrokerExtension } from './BrokerExtension.js';

export default definePlugin({
  name: 'mqtt-broker',
  api: 1,
  needs: [SETTINGS, CLOCK, RANDOM, LOGGER, VERIFIER, PRIMITIVES],
  provides: [EXTENSION],
  register: ({ provide }) => {
    provide(EXTENSION)
      .toResolvedValue(
        (settings, clock, random, logger, verifier, primitives) =>
          new BrokerExtension(
            { dataFolder: settings.dataFolder, clock, random, logger, verifier, primitives },
            brokerOptions(settings.optionsOf('mqtt-broker')),
          ),
        [SETTINGS, CLOCK, RANDOM, LOGGER, VERIFIER, PRIMITIVES],
      )
      .inSingletonScope()
      .onDeactivation(async (extension) => {
        await extension[Symbol.asyncDispose]();
      });
  },
});
