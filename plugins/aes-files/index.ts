import { definePlugin, FILE_CIPHER, PRIMITIVES } from '../../core/index.js';
import { AesFileCipher } from './AesFileCipher.js';

export default definePlugin({
  name: 'aes-files',
  api: 1,
  needs: [PRIMITIVES],
  provides: [FILE_CIPHER],
  register: ({ provide }) => {
    provide(FILE_CIPHER)
      .toResolvedValue((primitives) => new AesFileCipher(primitives), [PRIMITIVES])
      .inSingletonScope();
  },
});
