import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOSTILE_TEXT } from '../support/dashboardScene.js';
import { PlainProcess } from '../support/PlainProcess.js';
import { Stage, type Running } from '../support/processes.js';

/** Everything a terminal would obey but the end of a line. */
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('two people who have nothing but lines', () => {
  let stage: Stage;
  let directory: Running;
  let pi: PlainProcess;
  let board: PlainProcess;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    [pi, board] = await Promise.all([PlainProcess.device(stage, 'pi', directory.address), PlainProcess.device(stage, 'board', directory.address)]);
  }, 120_000);
  afterAll(async () => {
    for (const one of [pi, board]) await one[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  test('register, and become friends by the command that is shown to them', async () => {
    for (const [name, device] of [
      ['pi', pi],
      ['board', board],
    ] as const) {
      await device.sees(/no account there yet/);
      device.type(`register ${name}`);
      await device.sees(new RegExp(`^Registered as ${name}\\.$`, 'm'));
    }
    pi.type('friends add board');
    await pi.sees(/^board was asked/m);
    const [, command = ''] = await board.sees(/Answer with: (friends accept pi) /);
    board.type(command);
    await board.sees(/You and pi are friends/);
    await pi.sees(/board: friend$/m);
  }, 60_000);

  test('chat, with what is hostile shown and not obeyed', async () => {
    pi.type("message board c'est moi 👩🏽‍🏫 漢字");
    await board.sees(/\d\d:\d\d {2}<pi> c'est moi 👩🏽‍🏫 漢字$/m);
    await pi.sees(/message \w+ delivered to board/);
    board.type('read pi');
    await pi.sees(/message \w+ read by board/);
    board.type(`@pi ${HOSTILE_TEXT.replace(/\ud800/g, '')}`);
    await pi.sees(/<board> \\u\{1b\}\]52;c;/);
  }, 60_000);

  test('send a file, which arrives whole', async () => {
    const content = Buffer.alloc(3 * 2 ** 20, 'lines only ');
    await writeFile(join(stage.folder, 'two words.bin'), content);
    pi.type('send board "two words.bin"');
    const [, command = ''] = await board.sees(/Answer with: (transfers accept [0-9a-f]{8}) /);
    board.type(command);
    const [, path = ''] = await board.sees(/transfer \w+ completed: (.*)$/m);
    expect(content.equals(await readFile(path))).toBe(true);
    await pi.sees(/transfer \w+ completed/);
  }, 60_000);

  test('a shell beside the device shows it too, and leaves it running', async () => {
    await using beside = new PlainProcess(['dashboard', '--plain', '--data', stage.data('board')], { folder: stage.folder });
    await beside.sees(/^name +board$/m);
    beside.type('@pi from beside');
    await beside.sees(/delivered to pi/);
    await pi.sees(/<board> from beside/);
    beside.type('quit');
    expect(await beside.ended).toBe(0);
    expect(beside.out).not.toMatch(OBEYED);
    board.type('whoami');
    await board.sees(/^name +board$/m);
  }, 60_000);

  test('the end of the input ends only the reading; a line ends the device', async () => {
    board.endInput();
    pi.type('message board still there?');
    await board.sees(/<pi> still there\?/);
    await using beside = new PlainProcess(['dashboard', '--plain', '--data', stage.data('pi')], { folder: stage.folder, input: 'ignore' });
    await beside.sees(/^name +pi$/m);
    pi.type('quit');
    expect(await pi.ended).toBe(0);
    expect(await beside.ended).toBe(3);
    expect(beside.err).toContain('[NOT_RUNNING]');
    expect(await board.stop()).toBe(0);
  }, 60_000);

  test('nothing that was written is obeyed by a terminal', () => {
    expect(`${pi.out}${pi.err}${board.out}${board.err}`).not.toMatch(OBEYED);
  });
});
