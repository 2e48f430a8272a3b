import { join, resolve } from 'node:path';
import process from 'node:process';
import { ENTRY, own, succeeded } from '../processes.mjs';
import { befriend, control, startDevice, startDirectory } from '../devices.mjs';
import { forgetPeak, peakOf, residentNow } from './meter.mjs';

/** Accepts whatever is offered to a device, as its person would. */
export const acceptAll = (device) =>
  device.watch((fact) => {
    if (fact.type === 'transfer.offered' && fact.direction === 'in') void device.client.dispatch({ type: 'transfer.accept', id: fact.id });
  });

/** A directory, a sender and its friends, with their data below `folder`. `nodeArgs` by the name of a device. */
export async function openFriends(folder, receivers = ['board'], nodeArgs = () => []) {
  const directory = await startDirectory(folder);
  const names = ['pi', ...receivers];
  const processes = await Promise.all(
    names.map((name) => startDevice(folder, name, directory.ready.url, ['--receive', resolve(folder, `${name} received`)], nodeArgs(name))),
  );
  const devices = await Promise.all(names.map((name) => control(folder, name)));
  const [pi, ...boards] = devices.map((device, at) => ({ ...device, pid: processes[at].pid }));
  for (const board of boards) {
    await befriend(pi, board);
    acceptAll(board);
  }
  const stop = async () => {
    await Promise.all(devices.map((device) => device.close()));
    for (const each of [...processes, directory]) await each.stop();
  };
  return { folder, pi, boards, board: boards[0], stop };
}

/** The next transfer that arrives whole at a device: its final paths, and when. @throws Error with the code when it ends otherwise */
export async function arrival(device) {
  const fact = await device.until(({ facts }) =>
    facts.find(({ type, direction }) => type === 'transfer.ended' || (type === 'transfer.completed' && direction === 'in')),
  );
  if (fact.type === 'transfer.ended') throw new Error(`${fact.state} [${fact.code}]`);
  return fact;
}

/** How far the peaks of both devices rise above what they held when they were idle, MiB. */
function memoryAboveIdle({ pi, board }) {
  const idle = [pi, board].map(({ pid }) => residentNow(pid));
  return {
    reset: () => [pi, board].forEach(({ pid }) => forgetPeak(pid)),
    read: () => [pi, board].map(({ pid }, at) => peakOf(pid) - idle[at]),
  };
}

/**
 * Our two devices as contenders: by the command a person types, its own start included, and asked through the control
 * socket, as by a program that is running already.
 */
export function ours(pair) {
  const { folder, pi, board } = pair;
  const memory = memoryAboveIdle(pair);
  const contender = (name, send) => ({
    name,
    tags: ['ours'],
    async run({ source, measure }) {
      for (const device of [pi, board]) device.forget();
      memory.reset();
      let arrived;
      const figure = await measure({ send: [pi.pid], receive: [board.pid] }, async (watch) => {
        const sent = send(source, watch);
        arrived = await Promise.race([arrival(board), sent.then(() => arrival(board))]);
        await sent;
        await pi.until(({ facts }) => facts.some(({ type, direction }) => type === 'transfer.completed' && direction === 'out'));
        return arrived.at;
      });
      const [aboveSend, aboveReceive] = memory.read();
      return { ...figure, aboveSend, aboveReceive, path: pathOf(arrived, source, resolve(folder, 'board received')) };
    },
  });
  return [
    contender('ours: `sansfil send --wait`', async (source, { asSender }) => {
      const args = [ENTRY, 'send', 'board', source, '--wait', '--json', '--data', join(folder, 'pi')];
      const child = asSender(own(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
      let said = '';
      child.stdout.on('data', (chunk) => (said = `${said}${chunk}`.slice(-500)));
      await succeeded(child, 'sansfil send').catch((error) => {
        throw new Error(JSON.parse(said || '{}').error?.code ?? error.message);
      });
    }),
    contender('ours, asked through the control socket', (source) => pi.client.dispatch({ type: 'file.send', to: 'board', paths: [source] })),
  ];
}

/** Where the first item went tells where all of them did: the first component below the receiving folder. */
function pathOf({ paths }, source, received) {
  const [top] = paths[0].slice(received.length + 1).split('/');
  return join(received, top);
}
