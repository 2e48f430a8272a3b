import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MessageView } from '../../core/events/commands.js';
import { Stage, type Running } from '../support/processes.js';

describe('a receiver that is killed', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Running;
  let board: Running;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    [pi, board] = await Promise.all([stage.device('pi', directory.address), stage.device('board', directory.address)]);
    await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  const texts = async (name: string, friend: string): Promise<string[]> =>
    (await stage.ask<readonly MessageView[]>(name, 'history', friend)).map(({ text }) => text);
  const send = (text: string, ...flags: string[]): Promise<MessageView> => stage.ask('pi', 'message', 'board', text, ...flags);

  test('between two messages loses none and doubles none', async () => {
    await send('one', '--wait', '--timeout', '30');
    await board.kill();
    expect(await send('two')).toMatchObject({ text: 'two' });
    expect(await send('three')).toMatchObject({ text: 'three' });
    board = await stage.device('board', directory.address);
    expect(await send('four', '--wait', '--timeout', '60')).toMatchObject({ state: 'delivered' });
    expect(await texts('board', 'pi')).toEqual(['one', 'two', 'three', 'four']);
    expect(await stage.ask('pi', 'history', 'board')).toMatchObject(Array.from({ length: 4 }, () => ({ state: 'delivered' })));
  }, 120_000);

  test('in the middle of many loses none and doubles none', async () => {
    const many = Array.from({ length: 12 }, (_, at) => `many ${at}`);
    const received = board.until('the third of many', (event) => (event.type === 'message.received' && event.text === 'many 2' ? true : undefined));
    const sending = (async () => {
      for (const text of many) await send(text);
    })();
    await received;
    await board.kill();
    await sending;
    board = await stage.device('board', directory.address);
    await send('last', '--wait', '--timeout', '60');
    expect((await texts('board', 'pi')).slice(4)).toEqual([...many, 'last']);
  }, 120_000);

  test('as the sender, sends what was queued when it is back', async () => {
    await board.stop();
    await send('queued before the kill');
    await pi.kill();
    pi = await stage.device('pi', directory.address);
    board = await stage.device('board', directory.address);
    await send('after it', '--wait', '--timeout', '60');
    expect((await texts('board', 'pi')).slice(-2)).toEqual(['queued before the kill', 'after it']);
  }, 120_000);
});
