import { definePlugin, OPENPGP, SETTINGS, type Settings } from '../../core/index.js';
import { OpenPgpFiles } from './OpenPgpFiles.js';

export default definePlugin({
  name: 'openpgp-files',
  api: 1,
  needs: [SETTINGS],
  provides: [OPENPGP],
  register: ({ provide }) => {
    provide(OPENPGP)
      .toResolvedValue((settings: Settings) => new OpenPgpFiles({ dataFolder: settings.dataFolder }), [SETTINGS])
      .inSingletonScope()
      .onDeactivation((files) => files.close());
  },
});
