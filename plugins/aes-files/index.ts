import { availableParallelism } from 'node:os';
import { definePlugin, FILE_CIPHER, SETTINGS_STORE } from '../../core/index.js';
import { CipherThread } from './CipherThread.js';
import { fasterAead } from './fasterAead.js';
import { NodeFileCipher } from './NodeFileCipher.js';

/** A thread runs a built file; whoever runs the sources (a spec) does without. */
const SCRIPT = import.meta.url.endsWith('.js') ? new URL('./sealingWorker.js', import.meta.url) : undefined;

export default definePlugin({
  name: 'aes-files',
  api: 1,
  needs: [SETTINGS_STORE],
  provides: [FILE_CIPHER],
  register: ({ provide }) => {
    const thread = SCRIPT && availableParallelism() > 1 ? new CipherThread(SCRIPT) : undefined;
    provide(FILE_CIPHER)
      .toResolvedValue(async (settings) => new NodeFileCipher(await fasterAead(settings), thread), [SETTINGS_STORE])
      .inSingletonScope()
      .onDeactivation(() => thread?.stop());
  },
});
