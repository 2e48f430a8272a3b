import { z } from 'zod';
import { definePlugin, SansfilError, SETTINGS, SIGNER, VERIFIER, type Settings } from '../../core/index.js';
import { openIdentity } from './identityFile.js';
import { RsaVerifier } from './RsaVerifier.js';

export { RsaVerifier };

const NAME = 'rsa-signing';

/** `bits`: the size of the identity key when it is made; an existing key keeps its own. */
const optionsSchema = z.strictObject({ bits: z.union([z.literal(2048), z.literal(3072), z.literal(4096)]).default(3072) });

function optionsOf(settings: Settings): z.infer<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(settings.optionsOf(NAME));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SansfilError('CONFIG_INVALID', `${[NAME, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'invalid'}`);
}

export default definePlugin({
  name: NAME,
  api: 1,
  needs: [SETTINGS],
  provides: [SIGNER, VERIFIER],
  register: ({ provide }) => {
    // each is made when it is first asked for: who needs the verifier only never gets an identity
    provide(VERIFIER)
      .toResolvedValue(() => new RsaVerifier())
      .inSingletonScope();
    provide(SIGNER)
      .toResolvedValue((settings: Settings) => openIdentity(settings.dataFolder, optionsOf(settings).bits), [SETTINGS])
      .inSingletonScope();
  },
});
