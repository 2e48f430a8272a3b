import { describe, expect, test } from '@jest/globals';
import { SESSION_SILENT_MS_MAX } from '../../core/base/limits.js';
import { beginWorld } from '../support/beginWorld.js';

const friends = async (seed = 1) => {
  const world = await beginWorld(seed);
  const pi = await world.device('pi');
  const board = await world.device('board');
  await world.befriend('pi', 'board');
  const say = (text: string) => world.run(pi.dispatch({ type: 'message.send', to: 'board', text }));
  const heard = (): readonly string[] => board.of('message.received').map(({ text }) => text);
  return { world, pi, board, say, heard };
};

describe('a world of simulated devices', () => {
  test('two devices find each other and a message is delivered', async () => {
    const { world, pi, say, heard } = await friends();
    const { id } = await say('hello');
    await world.settle();
    expect(heard()).toEqual(['hello']);
    expect(pi.of('message.delivered')).toEqual([expect.objectContaining({ id })]);
    await world.end();
  });

  test('a cut that heals loses and doubles nothing', async () => {
    const { world, pi, board, say, heard } = await friends();
    await say('one');
    await world.settle();
    world.cut('pi', 'board');
    await say('two');
    await say('three');
    await world.runFor(1_000);
    expect(heard()).toEqual(['one']);
    world.heal('pi', 'board');
    await world.settle();
    expect(heard()).toEqual(['one', 'two', 'three']);
    expect(pi.outcomeOf(board.id)).toBeUndefined();
    await world.end();
  });

  test('a cut that does not heal ends the session on both sides within the liveness window', async () => {
    const { world, pi, board, say } = await friends();
    await say('one');
    await world.settle();
    world.cut('pi', 'board');
    await world.runFor(2 * SESSION_SILENT_MS_MAX);
    expect(pi.outcomeOf(board.id)).toMatchObject({ mood: 'lonely' });
    expect(board.outcomeOf(pi.id)).toMatchObject({ mood: 'lonely' });
    expect([pi.open.size, board.open.size]).toEqual([0, 0]);
    world.heal('pi', 'board');
    await world.end();
  });

  test('a device that loses power gets every message once after it is back', async () => {
    const { world, say, heard } = await friends();
    await say('one');
    await world.settle();
    await say('two');
    await world.crash('board');
    await say('three');
    await world.runFor(5_000);
    await world.restart('board');
    await world.runFor(120_000);
    expect(heard()).toEqual(['one', 'two', 'three']);
    await world.end();
  });

  test('a file goes over, whole, and keeps what it had when the receiver lost power', async () => {
    const { world, pi, board, say } = await friends();
    await say('a file comes');
    const bytes = world.rng.fork('file').bytes(100_000);
    pi.source.put('/home/pi/photo.png', bytes);
    await world.run(pi.dispatch({ type: 'file.send', to: 'board', paths: ['/home/pi/photo.png'] }));
    await world.settle();
    const [offer] = board.of('transfer.offered');
    await world.run(board.dispatch({ type: 'transfer.accept', id: offer?.id ?? '' }));
    await world.crash('board');
    await world.restart('board');
    await world.runFor(60_000);
    expect(board.sink.received.get('photo.png')?.bytes).toEqual(bytes);
    await world.end();
  });

  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'with cuts and crashes drawn from seed %i every message arrives, and every checker is content',
    async (seed) => {
      const { world, pi, board, say, heard } = await friends(seed);
      const rng = world.rng.fork('story');
      const written: string[] = [];
      for (let n = 0; n < 12; n++) {
        written.push(`message ${n}`);
        await say(`message ${n}`);
        await world.runFor(rng.between(0, 40));
        if (rng.chance(0.3)) world.cut('pi', 'board', rng.chance(0.5) ? 'both' : 'one');
        if (rng.chance(0.3)) await world.crash('board');
        await world.runFor(rng.chance(0.2) ? 200_000 : rng.between(0, 3_000));
        if (!board.running) await world.restart('board');
        if (rng.chance(0.7)) world.heal('pi', 'board');
      }
      world.heal('pi', 'board');
      await world.runFor(300_000);
      expect(heard()).toEqual(written);
      expect(pi.of('message.delivered')).toHaveLength(12);
      await world.end();
    },
  );

  test('the same seed gives the same trace, another seed another one', async () => {
    const story = async (seed: number): Promise<string> => {
      const { world, say } = await friends(seed);
      await say('one');
      await world.crash('board');
      await world.runFor(3_000);
      await world.restart('board');
      await world.runFor(60_000);
      await world.end();
      return world.trace.join('\n');
    };
    const first = await story(7);
    expect(await story(7)).toBe(first);
    expect(await story(8)).not.toBe(first);
  });
});
