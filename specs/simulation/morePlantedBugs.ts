import { planted, type PlantedBug } from './plantedBugs.js';

/** Each is found within 500 seeds; the number is of the first. */
export const MORE_PLANTED_BUGS: readonly PlantedBug[] = [
  // seed 1
  planted(
    'only the first message of a batch is told to the application',
    'core/engine/delivery/ArrivalCommitter.ts',
    [
      "this.ports.facts.publish({ type: 'message.received', peer, id, text, createdMs });",
      "if (i === 0) this.ports.facts.publish({ type: 'message.received', peer, id, text, createdMs });",
    ],
    /nobody there was told/,
  ),
  // seed 1
  planted(
    'of messages acknowledged together only the first is told to be delivered',
    'core/engine/delivery/ArrivalCommitter.ts',
    ['for (const id of changed) this', 'for (const id of changed.slice(0, 1)) this'],
    /nobody was told, though the store of its sender knows/,
  ),
  // seed 2
  planted('what was read counts as unread', 'core/engine/Delivery.ts', ['this.#tally.unreadMore(peer, -ids.length);', ''], /with unread/),
  // seed 1
  planted(
    'what was delivered counts as waiting',
    'core/engine/delivery/ArrivalCommitter.ts',
    ['this.tally.waitMore(this.peer, -changed.length);', ''],
    /with waiting/,
  ),
  // seed 37
  planted('the outbox of a removed friend is kept', 'core/engine/delivery/Forgetting.ts', ['this.#left.add(peer);\n', 'return;\n'], /still wait in the outbox/),
  // seed 1
  planted(
    'duplicates are not acknowledged',
    'core/engine/delivery/ArrivalCommitter.ts',
    [
      "session.send({ type: 'ack', id: fromHex(id) });\n      if (answers[i] === 'duplicate') continue;",
      "if (answers[i] === 'duplicate') continue;\n      session.send({ type: 'ack', id: fromHex(id) });",
    ],
    /its sender does not know/,
  ),
  // seed 74
  planted(
    'a removed friend keeps the session',
    'core/engine/Node.ts',
    ["this.#sessions.disconnect(peer, 'unwelcome', 'PEER_NOT_ALLOWED');", ''],
    /are no friends and hold a session/,
  ),
  // seed 1
  planted(
    'the listener outlives the device',
    'core/engine/Transports.ts',
    ['await listenings[Symbol.asyncDispose]();', 'void listenings;'],
    /has not started|still \d+ ports/,
  ),
  // seed 432
  planted(
    'backoff grows without bound',
    'core/machines/dialer/dialer.machine.ts',
    ['Math.min(DIAL_BACKOFF_MS_MAX, DIAL_BACKOFF_MS_MIN * 2 ** Math.min(rounds, 16))', 'DIAL_BACKOFF_MS_MIN * 2 ** Math.min(rounds, 16)'],
    /minutes after/,
  ),
  // seed 2
  planted(
    'a lost session is not dialled again',
    'core/machines/dialer/dialer.machine.ts',
    ["{ guard: 'isWanted', target: 'waiting', actions: { type: 'noteLost', params: ({ event }) => event } },\n          { target: 'idle'", "{ target: 'idle'"],
    /minutes after/,
  ),
  // seed 38
  planted(
    'the dialler does not mind who answers',
    'core/engine/handshake/InitiatorExchange.ts',
    [', expected: this.peer });', ' });'],
    /which is not on its disk|never written/,
  ),
  // seed 110
  planted(
    'a place among the half-open handshakes is never given back',
    'core/engine/handshake/HalfOpen.ts',
    ['if (!guest.isWorkedFor) this.#guests.delete(guest);', ''],
    /minutes after/,
  ),
  // seed 3
  planted(
    'after a RETRY the first HELLO is forgotten',
    'core/engine/handshake/ResponderExchange.ts',
    [
      'const bound = this.#retried ? prologue(this.#retried.hello.prefix, { retry: this.#retried.frame, h1: prefix }) : prologue(prefix);',
      'const bound = prologue(prefix);',
    ],
    /minutes after/,
  ),
  // seed 2
  planted(
    'an offer is not shown to anybody',
    'core/engine/transfers/Offers.ts',
    ["facts.publish({ type: 'transfer.offered', peer, id, direction: 'in', ...shownOf(manifest.items), bytes: transfer.bytesLeft });", ''],
    /of which nobody was told/,
  ),
  // seed 2
  planted(
    'a transfer ends without a word',
    'core/engine/transfers/LiveTransfer.ts',
    [
      "if (state === 'done') this.publish({ type: 'transfer.completed', peer, id, direction, ...shownPaths(paths) });",
      "if (state === 'done') this.publish({ type: 'transfer.progressed', peer, id, bytes: 0, total: 0, bytesPerSecond: 0 });",
    ],
    /and told that it is|were offered/,
  ),
  // seed 2
  planted(
    'the parts of a file that nobody wants any more stay on the disk',
    'core/engine/transfers/ReceivingTransfer.ts',
    ['return this.parts.remains.clear(this.id, () => this.small.discard(this.record.paths));', 'return Promise.resolve();'],
    /parts of files that are over/,
  ),
  // seed 2
  planted(
    'a received file loses its date',
    'core/engine/dataPlane/SmallFiles.ts',
    ['return { name, modifiedMs, mode,', 'return { name, modifiedMs: 0, mode,'],
    /which nobody sent so/,
  ),
  // seed 2
  planted(
    'a received file loses its mode',
    'core/engine/dataPlane/SmallFiles.ts',
    ['return { name, modifiedMs, mode,', 'return { name, modifiedMs, mode: 0o644,'],
    /which nobody sent so/,
  ),
  // seed 45
  planted(
    'a file that has changed is sent all the same',
    'core/engine/dataPlane/SendPump.ts',
    ['if (found.bytes !== expected?.bytes || wholeMs(found.modifiedMs) !== expected.modifiedMs)', 'if (expected === undefined)'],
    /which nobody sent so/,
  ),
  // seed 2
  planted('an empty file never gets its name', 'core/engine/dataPlane/PartWriter.ts', ['small.addEmpty([...ready.keys()]);', ''], /the transfer .* is paused/),
  // seed 64
  planted(
    'a transfer that ends here is not told to the sender who goes on',
    'core/engine/Transfers.ts',
    ["if (direction === 'out' && record.type !== 'chunksOk') refuse(lane, record.transferId, 'cancelled');", ''],
    /the transfer .* is paused/,
  ),
  // seed 453
  planted('progress counts what came before twice', 'core/engine/dataPlane/ChunkLedger.ts', ['this.#bytes = 0;\n    for', 'for'], /were offered/),
  // seed 97
  planted(
    'declining is not told to the directory',
    'core/engine/directory/FriendSync.ts',
    ["await this.#say('decline', name);\n", ''],
    /is told \d+ times/,
    'none',
  ),
  // seed 5
  planted(
    'the other side is not told of a change',
    'core/directory/DirectoryService.ts',
    ['for (const { tag } of [...other.devices, ...mine.devices]) this', 'for (const { tag } of mine.devices) this'],
    /minutes after/,
  ),
  // seed 1
  planted(
    'the rules forget who is friends when they start',
    'core/directory/DirectoryService.ts',
    ['for (const [a, b] of await this.ports.store.friendTags()) this.#graph.join(a, b);', ''],
    /who is online/,
  ),
  // seed 1
  planted(
    'the directory is tried once',
    'core/machines/directoryClient/directoryClient.machine.ts',
    ["after: { BACKOFF: { target: 'trying' } },", ''],
    /is not logged in/,
  ),
  // seed 1
  planted(
    'the connection of the directory stays after the stop',
    'core/engine/directory/DirectoryLink.ts',
    ['await connection?.close().catch((error: unknown) => this.ports.report(SansfilError.from(error)));', 'void connection;'],
    /still \d+ logins/,
  ),
  // seed 35
  planted(
    'a removal is not noted',
    'core/engine/directory/FriendSync.ts',
    ['await this.#removed.add(contact.name);', ''],
    /asks for its friendship, and no person/,
  ),
  // seed 2
  planted(
    'an accepted transfer is asked for again after a restart',
    'core/engine/transfers/IncomingTransfer.ts',
    ["await this.keeper.saveChange({ state: this.#standing.isReady ? 'active' : 'paused', ...chosen });", ''],
    /would ask for it again/,
  ),
  // seed 13
  planted(
    'a session lives for ever',
    'core/machines/session/session.machine.ts',
    ["fresh: { after: { AGED: { target: 'spent' } }, on: { 'keys.spent': { target: 'spent' } } },", "fresh: { on: { 'keys.spent': { target: 'spent' } } },"],
    /kept session .* for longer than/,
  ),
  // seed 1
  planted(
    'a session is never renewed',
    'core/engine/SessionRegistry.ts',
    ['if (isLower(this.#self, peer)) this.#dialers.renew(peer);', ''],
    /was left with none/,
    'none',
  ),
  // seed 75
  planted(
    'the wish to be seen as busy is forgotten with the connection',
    'core/machines/presence/presence.machine.ts',
    ["'directory.left': { target: '.apart' },", "'directory.left': { target: '.apart', actions: assign({ wish: 'online' as const }) },"],
    /and its person wished/,
  ),
  // seed 6
  planted(
    'the will says online',
    'core/engine/directory/OwnPresence.ts',
    [
      "return this.#seal({ state: 'offline', seq: this.#epoch * PRESENCE_EPOCH + WILL_SEQ",
      "return this.#seal({ state: 'online', seq: this.#epoch * PRESENCE_EPOCH + WILL_SEQ",
    ],
    /has gone: .* shows .* as online/,
  ),
  // seed 24
  planted('verified is not kept', 'core/engine/People.ts', ['({ ...known, verified }));', '({ ...known }));'], /told that a friend is verified/),
  // seed 37
  planted(
    'whoever calls is let in',
    'core/engine/People.ts',
    ["return contact?.state === 'friend' && contact.changedTo === undefined;", 'return contact !== undefined || peer !== undefined;'],
    /with somebody who is no friend/,
  ),
  // seed 253
  planted('the transfers of a removed friend go on', 'core/engine/Node.ts', ['this.#transfers.forget(peer);', ''], /of somebody who was removed meanwhile/),
  // seed 465
  planted(
    'what its person holds here goes on when the other side lets go of it',
    'core/engine/transfers/Standing.ts',
    ['!this.#isAsked && this.holds.isFree;', '!this.#isAsked;'],
    /which its person has paused/,
  ),
  // seed 1
  planted(
    'a caller who says nothing is waited for for ever',
    'core/machines/handshake/responder.machine.ts',
    ["after: { HANDSHAKE_TIMEOUT: { target: '.failed', actions: because('HANDSHAKE_TIMEOUT') } },", ''],
    /has waited for .* for longer than/,
  ),
];
