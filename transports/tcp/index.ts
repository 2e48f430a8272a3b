import { CLOCK, definePlugin, LOGGER, TRANSPORT } from '../../core/index.js';
import { TcpTransport } from './TcpTransport.js';

export default definePlugin({
  name: 'tcp',
  api: 1,
  needs: [CLOCK, LOGGER],
  provides: [TRANSPORT],
  register: ({ provide }) => {
    provide(TRANSPORT)
      .toResolvedValue((clock, logger) => new TcpTransport({ clock, logger }), [CLOCK, LOGGER])
      .inSingletonScope();
  },
});
