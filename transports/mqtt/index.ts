import { definePlugin, DIRECTORY } from '../../core/index.js';
import { MqttDirectory } from './MqttDirectory.js';

export { MqttDirectory };

export default definePlugin({
  name: 'mqtt',
  api: 1,
  needs: [],
  provides: [DIRECTORY],
  register: ({ provide }) => {
    provide(DIRECTORY)
      .toResolvedValue(() => new MqttDirectory())
      .inSingletonScope();
  },
});
