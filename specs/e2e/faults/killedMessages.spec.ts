import { describe, expect, test } from '@jest/globals';
import type { MessageView } from '../../../core/events/commands.js';
import { DyingPair, method, sends, sqlCommit, type Phase } from '../../support/dyingPair.js';
import { held } from '../../support/held.js';
import type { Site } from '../../support/processes.js';

const store = (call: string): Site => method('plugins/sqlite-store/SqliteMessageStore', call);
const sql = (says: string): Site => method('plugins/sqlite-store/Connection', 'run', says);
const hears = (record: string): Site => method('core/engine/Delivery', 'record', record);
const dials = (call: string): Site => method('core/engine/handshake/InitiatorExchange', call);
const answers = (call: string): Site => method('core/engine/handshake/ResponderExchange', call);

const sender = 'sender';
const receiver = 'receiver';

/** From the moment a person presses the key to the moment the sender knows that it was read. */
const PHASES: readonly Phase[] = [
  { side: sender, name: 'before a message is stored', at: store('queue'), when: 'before' },
  { side: sender, name: 'between the two rows of a message', at: sql('INSERT INTO outbox'), when: 'after' },
  { side: sender, name: 'before a message is committed', first: sql('INSERT INTO outbox'), at: sqlCommit, when: 'before' },
  { side: sender, name: 'when a message is committed', first: sql('INSERT INTO outbox'), at: sqlCommit, when: 'after' },
  { side: sender, name: 'when a message is accepted', at: store('queue'), when: 'after', nth: 2 },
  { side: sender, name: 'after HELLO', at: dials('hello'), when: 'sent' },
  { side: sender, name: 'before frame 3', at: dials('finish'), when: 'before' },
  { side: sender, name: 'after frame 3', at: dials('finish'), when: 'sent' },
  { side: sender, name: 'when the outbox is read', at: store('outbox'), when: 'after' },
  { side: sender, name: 'before MSG is sealed', at: sends('msg'), when: 'before' },
  { side: sender, name: 'before MSG has left', at: sends('msg'), when: 'after' },
  { side: sender, name: 'after MSG has left', at: sends('msg'), when: 'sent' },
  { side: sender, name: 'after the second MSG has left', at: sends('msg'), when: 'sent', nth: 2 },
  { side: sender, name: 'before a message is noted as sent', at: store('markSent'), when: 'before' },
  { side: sender, name: 'when a message is noted as sent', at: store('markSent'), when: 'after' },
  { side: sender, name: 'when ACK arrives', at: hears('ack'), when: 'before' },
  { side: sender, name: 'before an ACK is committed', first: sql('DELETE FROM outbox'), at: sqlCommit, when: 'before' },
  { side: sender, name: 'when an ACK is committed', first: sql('DELETE FROM outbox'), at: sqlCommit, when: 'after' },
  { side: sender, name: 'before a read receipt is stored', at: store('receiveReceipt'), when: 'before' },
  { side: sender, name: 'before the ACK of a read receipt', at: sends('ack'), when: 'before' },
  { side: receiver, name: 'when HELLO arrives', at: answers('judge'), when: 'before' },
  { side: receiver, name: 'when frame 2 is made', at: answers('prove'), when: 'after' },
  { side: receiver, name: 'when frame 3 is verified', at: answers('verifyThird'), when: 'after' },
  { side: receiver, name: 'before READY', at: sends('ready'), when: 'before' },
  { side: receiver, name: 'after READY has left', at: sends('ready'), when: 'sent' },
  { side: receiver, name: 'when MSG arrives', at: hears('msg'), when: 'before' },
  { side: receiver, name: 'when the second MSG arrives', at: hears('msg'), when: 'after', nth: 2 },
  { side: receiver, name: 'before what arrived is stored', at: store('receive'), when: 'before' },
  { side: receiver, name: 'before what arrived is committed', first: store('receive'), at: sqlCommit, when: 'before' },
  { side: receiver, name: 'when what arrived is committed', first: store('receive'), at: sqlCommit, when: 'after' },
  { side: receiver, name: 'between the commit and the ACK', at: store('receive'), when: 'after' },
  { side: receiver, name: 'before ACK is sealed', at: sends('ack'), when: 'before' },
  { side: receiver, name: 'before ACK has left', at: sends('ack'), when: 'after' },
  { side: receiver, name: 'after ACK has left', at: sends('ack'), when: 'sent' },
  { side: receiver, name: 'before the messages are marked as read', at: store('markRead'), when: 'before' },
  { side: receiver, name: 'when the messages are marked as read', at: store('markRead'), when: 'after' },
  { side: receiver, name: 'after the read receipt has left', at: sends('msg'), when: 'sent' },
];

describe('a device that is killed in the middle of messages', () => {
  const pair = held(() => DyingPair.open());

  const send = (text: string): Promise<MessageView> => pair().sender.ask({ type: 'message.send', to: 'board', text });
  /** Without the answers. */
  const history = async (side: 'sender' | 'receiver', search: string): Promise<readonly MessageView[]> => {
    const all = await pair()[side].ask({ type: 'message.history', with: side === 'sender' ? 'board' : 'pi', search, limit: 100 });
    return all.filter(({ direction }) => direction === (side === 'sender' ? 'out' : 'in'));
  };

  /** What a person at the sender was told is sent; the last one may have been refused because the device died. */
  async function sendAll(texts: readonly string[]): Promise<{ readonly accepted: readonly string[]; readonly refused: string | undefined }> {
    const accepted: string[] = [];
    for (const text of texts) {
      try {
        await send(text);
        accepted.push(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'NOT_RUNNING' });
        return { accepted, refused: text };
      }
    }
    return { accepted, refused: undefined };
  }

  async function readAll(tag: string, count: number, dying: Promise<unknown>): Promise<void> {
    const all = await pair().receiver.until('the messages', async () => ((await history('receiver', tag)).length >= count ? true : undefined), dying);
    if (all) await pair().receiver.ask({ type: 'message.read', from: 'pi' });
  }

  /** What the receiver had to say before it has arrived too when this has: the next one to die begins with nothing left over. */
  async function answer(text: string): Promise<void> {
    const { id } = await pair().receiver.ask({ type: 'message.send', to: 'pi', text });
    await pair().receiver.until('the answer to be delivered', async () => {
      const { state } = await pair().receiver.ask({ type: 'message.show', to: 'pi', id });
      return state === 'delivered' || undefined;
    });
  }

  test.each(PHASES.map((phase, at) => ({ ...phase, at, doom: phase })))(
    'as the $side $name, loses none and doubles none',
    async ({ side, at, doom }) => {
      const tag = `phase ${at}:`;
      const dying = pair()[side];
      await dying.start(doom);
      const { ended } = dying.running;
      const { accepted, refused } = await sendAll([`${tag} one`, `${tag} two`, `${tag} three`]);
      // Whoever of the two dies, what the other one was asked then fails or waits.
      const reading = readAll(tag, accepted.length, ended).catch((error: unknown) => expect(error).toMatchObject({ code: 'NOT_RUNNING' }));
      await dying.died(doom);
      await reading;

      await dying.start();
      const last = await send(`${tag} last`);
      await pair().sender.until('the last one to be delivered', async () => {
        const { state } = await pair().sender.ask({ type: 'message.show', to: 'board', id: last.id });
        return state === 'delivered' || undefined;
      });
      const texts = (await history('receiver', tag)).map(({ text }) => text);
      // A message that was refused because the device died may have been stored all the same, once.
      const expected = texts.includes(refused ?? '') ? [...accepted, refused] : accepted;
      expect(texts).toEqual([...expected, `${tag} last`]);

      await pair().receiver.ask({ type: 'message.read', from: 'pi' });
      const read = await pair().sender.until('the receipts', async () => {
        const states = (await history('sender', tag)).map(({ state }) => state);
        return states.every((state) => state === 'read') ? states.length : undefined;
      });
      expect(read).toBe(texts.length);
      await answer(`${tag} thanks`);
    },
    120_000,
  );
});
