import { spawn } from 'node:child_process';

/** Leaves a socket file nobody answers at, as a device that was killed does. */
export async function abandonSocket(path: string): Promise<void> {
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  const child = spawn(process.execPath, ['-e', script, path], { stdio: 'inherit' });
  await new Promise((resolve) => child.once('exit', resolve));
}
