/** `npm run diagrams`: the generator is TypeScript, so Jest runs it, as the spec that checks the very same documents. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const jest = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js', 'specs/architecture/diagrams'];
const { status } = spawnSync(process.execPath, jest, { stdio: 'inherit', env: { ...process.env, WRITE_DIAGRAMS: '1' } });
process.exitCode = status ?? 1;
