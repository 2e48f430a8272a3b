import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { end, own, run, succeeded } from '../processes.mjs';
import { nodePeers } from './nodePeers.mjs';
import { freePort, listening, openSshServer } from './sshServer.mjs';

const HOST = '127.0.0.1';
const SAYS = { stdio: ['ignore', 'ignore', 'pipe'] };
const SOCAT_STEP_BYTES = 2 ** 20;

const isInstalled = (program) => process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, program)));
/** Why a contender that needs these programs is absent; undefined when all are there. */
const missing = (...programs) => {
  const absent = programs.filter((program) => !isInstalled(program));
  return absent.length === 0 ? undefined : `no ${absent.join(', ')}`;
};

/** Of one command that ends when all is sent: what it made and when that was. */
const command = (name, tags, absent, args, servers = []) => ({
  name,
  tags,
  absent,
  async run({ source, into, measure }) {
    const [program, ...rest] = args(source, into);
    const figure = await measure({ receive: servers }, async ({ asSender }) => {
      await succeeded(asSender(own(program, rest, SAYS)), name);
      return performance.now();
    });
    return { ...figure, path: join(into, basename(source)) };
  },
});

/** What goes through an sshd. `sftp -b -` and tar read from a shell's pipe. */
function overSsh(server) {
  const absent = server ? undefined : 'no sshd';
  const options = server?.options ?? [];
  const quoted = options.map((option) => `'${option}'`).join(' ');
  const ssh = (name, tags, args, ...programs) => command(name, tags, absent ?? missing(...programs), args, server ? [server.pid] : []);
  const sftp = (source, into) => `printf 'put -r "%s" "%s"\\n' '${source}' '${into}' | sftp -q ${quoted} -b - ${HOST}`;
  const tar = (source, into) => `tar -C '${dirname(source)}' -cf - '${basename(source)}' | ssh ${quoted} ${HOST} "tar -C '${into}' -xf -"`;
  const gcm = ['scp', '-q', '-r', '-c', 'aes256-gcm@openssh.com'];
  // What ours promises when it is done: both ends hashed and compared at the same time, and the file synced.
  const sure = (source, into) => {
    const path = `${into}/${basename(source)}`;
    const hash = (file, of) => `openssl dgst -sha256 -binary < '${file}' > '${into}/${of}' & `;
    const checked = `${hash(source, 'sent')}${hash(path, 'came')}sync '${path}'; wait; cmp '${into}/sent' '${into}/came'`;
    return `${gcm.join(' ')} ${quoted} '${source}' ${HOST}:'${into}/' && { ${checked}; }`;
  };
  return {
    scpGcm: ssh('scp -c aes256-gcm', ['scpGcm', 'secure'], (from, to) => [...gcm, ...options, from, `${HOST}:${to}/`], 'scp'),
    scpSure: ssh('scp -c aes256-gcm, then SHA-256 of both and sync', ['secure'], (from, to) => ['sh', '-c', sure(from, to)], 'scp', 'openssl'),
    scp: ssh('scp', ['scp', 'secure'], (from, to) => ['scp', '-q', '-r', ...options, from, `${HOST}:${to}/`], 'scp'),
    sftp: ssh('sftp put', ['secure'], (from, to) => ['sh', '-c', sftp(from, to)], 'sftp'),
    rsync: ssh('rsync over ssh', ['secure'], (from, to) => ['rsync', '-a', '-e', `ssh ${quoted}`, from, `${HOST}:${to}/`], 'rsync'),
    tar: ssh('tar over ssh', ['tarSsh'], (from, to) => ['sh', '-c', tar(from, to)], 'tar'),
  };
}

/** Two ends that are started for one file each: the receiving one before the time runs. */
const socatPeer = (name, absent, ends) => ({
  name,
  tags: [],
  absent,
  async run({ source, into, measure }) {
    const path = join(into, 'received');
    const [listen, connect] = ends(await freePort());
    const step = ['-u', '-b', String(SOCAT_STEP_BYTES)];
    const receiver = own('socat', ['-dd', ...step, listen, `OPEN:${path},creat,excl,wronly`], SAYS);
    try {
      await new Promise((resolve) => receiver.stderr.on('data', (said) => said.includes('listening on') && resolve()));
      const figure = await measure({ receive: [receiver.pid] }, async ({ asSender }) => {
        const sender = asSender(own('socat', [...step, `OPEN:${source},rdonly`, connect], SAYS));
        await Promise.all([succeeded(sender, name), succeeded(receiver, name)]);
        return performance.now();
      });
      return { ...figure, path };
    } finally {
      await end(receiver);
    }
  },
});

function socatPeers(certificates) {
  const identity = `cert=${certificates}/cert.pem,key=${certificates}/key.pem,cafile=${certificates}/cert.pem,verify=1`;
  const absent = missing('socat');
  return [
    socatPeer('limit: socat, plain TCP', absent, (port) => [`TCP-LISTEN:${port},bind=${HOST}`, `TCP:${HOST}:${port}`]),
    socatPeer('socat, mutual TLS (nothing hashed)', absent ?? (certificates === undefined ? 'no openssl' : undefined), (port) => [
      `OPENSSL-LISTEN:${port},bind=${HOST},${identity}`,
      `OPENSSL:${HOST}:${port},commonname=localhost,${identity}`,
    ]),
  ];
}

/** rclone to a WebDAV server of its own, over TLS. */
async function rclonePeer(folder, root, certificates) {
  const absent = missing('rclone') ?? (certificates === undefined ? 'no openssl' : undefined);
  const [name, tags] = ['rclone over WebDAV/TLS', ['secure']];
  if (absent !== undefined) return { name, tags, absent };
  const port = await freePort();
  const env = { ...process.env, RCLONE_CONFIG: join(folder, 'rclone.conf') };
  const serve = ['serve', 'webdav', root, '--addr', `${HOST}:${port}`, '--cert', join(certificates, 'cert.pem'), '--key', join(certificates, 'key.pem')];
  const server = own('rclone', serve, { env });
  await listening(port, server);
  const client = ['--ca-cert', join(certificates, 'cert.pem'), '--webdav-url', `https://${HOST}:${port}`, '--webdav-vendor', 'other'];
  return command(
    name,
    tags,
    undefined,
    (from, to) => ['env', `RCLONE_CONFIG=${env.RCLONE_CONFIG}`, 'rclone', 'copy', ...client, from, `:webdav:${below(root, to)}/${nested(from)}`],
    [server.pid],
  );
}

const below = (root, path) => path.slice(root.length + 1);
/** rclone copies what is in a folder, not the folder. */
const nested = (from) => (existsSync(join(from, '.')) ? basename(from) : '');

/** magic-wormhole with a mailbox of its own, the two ends straight to each other. */
async function wormholePeer(folder) {
  const absent = missing('wormhole', 'twist3');
  const [name, tags] = ['magic-wormhole', ['secure']];
  if (absent !== undefined) return { name, tags, absent };
  const [port, nobody] = [await freePort(), await freePort()];
  const mailbox = own('twist3', ['wormhole-mailbox', '--port', `tcp:${port}:interface=${HOST}`, '--channel-db', join(folder, 'mailbox.sqlite')], {
    cwd: folder,
  });
  await listening(port, mailbox);
  const usual = ['--relay-url', `ws://${HOST}:${port}/v1`, '--transit-helper', `tcp:${HOST}:${nobody}`];
  let code = 0;
  return {
    name,
    tags,
    async run({ source, into, measure }) {
      const words = `${++code}-crossover-clockwork`;
      const path = join(into, basename(source));
      const figure = await measure({}, async ({ asSender, asReceiver }) => {
        const sender = asSender(own('wormhole', [...usual, 'send', '--hide-progress', '--code', words, source], SAYS));
        const receiver = asReceiver(own('wormhole', [...usual, 'receive', '--hide-progress', '--accept-file', '-o', path, words], SAYS));
        const sent = succeeded(sender, name);
        await Promise.race([succeeded(receiver, name), sent.then(() => receiver.ended)]);
        const ended = performance.now();
        await sent;
        return ended;
      });
      return { ...figure, path };
    },
  };
}

async function makeCertificates(folder) {
  if (!isInstalled('openssl')) return undefined;
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=DNS:localhost,IP:${HOST}`];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files]);
  return folder;
}

/** Known to be worth comparing with, and not driven by this script; named so that nobody takes them for beaten. */
const NOT_DRIVEN = ['Syncthing', 'croc', 'libp2p', 'hyperswarm secret-stream', 'hyperdrive'];
const notDriven = NOT_DRIVEN.map((name) => ({ name, tags: [], absent: 'not driven by this script' }));

const PACED = 'left out: rests 10 ms before each WebDAV request';

/** Everybody else, ready to take files into folders below `root`; what they need is kept in `folder`. */
export async function openPeers(folder, root) {
  await mkdir(folder, { recursive: true });
  const certificates = await makeCertificates(folder);
  const { scpGcm, scpSure, scp, sftp, rsync, tar } = overSsh(await openSshServer(folder));
  const [rclone, wormhole] = [await rclonePeer(folder, root, certificates), await wormholePeer(folder)];
  return {
    big: [scpGcm, scpSure, scp, sftp, rsync, ...socatPeers(certificates), ...nodePeers(certificates), rclone, wormhole, ...notDriven],
    small: [
      command('cp -r', ['cp'], missing('cp'), (from, to) => ['cp', '-r', from, `${to}/`]),
      tar,
      rsync,
      scp,
      sftp,
      { ...rclone, absent: rclone.absent ?? PACED },
      wormhole,
      ...notDriven,
    ],
  };
}
