import { fileURLToPath } from 'node:url';

/** Of this repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
