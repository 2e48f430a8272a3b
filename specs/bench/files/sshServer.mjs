import { copyFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { own, run } from '../processes.mjs';

const SSHD = '/usr/sbin/sshd';
const SFTP_SERVER = '/usr/lib/openssh/sftp-server';
/** Where sshd run by root locks its unprivileged half in; it does not start without. */
const JAIL = '/run/sshd';

/** A port of loopback that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when somebody answers there. @throws Error when `child` ends before */
export async function listening(port, child) {
  let over = false;
  void child.ended.then(() => (over = true));
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (over) throw new Error(`${child.spawnfile} does not run`, { cause: error });
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
}

/**
 * An sshd of this run alone: a port of its own, host and user keys of its own, no file of the system read but its programs.
 * Undefined when none is installed. `options` are those of ssh, scp, sftp and rsync's `-e ssh`.
 */
export async function openSshServer(folder) {
  if (!existsSync(SSHD)) return undefined;
  const at = (name) => join(folder, name);
  for (const key of ['host_key', 'user_key']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]);
  copyFileSync(at('user_key.pub'), at('authorized_keys'));
  const port = await freePort();
  const sftp = existsSync(SFTP_SERVER) ? SFTP_SERVER : 'internal-sftp';
  const settings = [`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey "${at('host_key')}"`, `AuthorizedKeysFile "${at('authorized_keys')}"`];
  settings.push('PidFile none', 'UsePAM no', 'StrictModes no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no', `Subsystem sftp ${sftp}`);
  settings.push('PermitRootLogin prohibit-password', 'MaxStartups 100');
  writeFileSync(at('sshd_config'), `${settings.join('\n')}\n`);
  makeJail();
  const child = own(SSHD, ['-D', '-e', '-f', at('sshd_config')]);
  await listening(port, child);
  const [hostType, hostKey] = readFileSync(at('host_key.pub'), 'utf8').split(' ');
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${hostType} ${hostKey}\n`);
  const options = ['-F', 'none', '-i', at('user_key'), '-o', `UserKnownHostsFile="${at('known_hosts')}"`, '-o', 'StrictHostKeyChecking=yes'];
  options.push('-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', `Port=${port}`);
  return { pid: child.pid, options };
}

function makeJail() {
  if (process.getuid() !== 0 || existsSync(JAIL)) return;
  mkdirSync(JAIL, { mode: 0o755 });
  process.once('exit', () => rmdirSync(JAIL));
}
