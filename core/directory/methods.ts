import { z } from 'zod';
import { fromHex } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { parseAccountName, parsePeerId, type AccountName, type PeerId } from '../base/ids.js';
import { CHALLENGE_BYTES, DEVICES_PER_ACCOUNT_MAX, FRIENDS_PAGE } from '../base/limits.js';

/** Parameters and results of each method of the directory, PROTOCOL [P-7.3]: one schema each, used by both sides. */
const refined = <T>(parse: (text: string) => T) =>
  z
    .string()
    .max(512)
    .transform((text, context): T => {
      try {
        return parse(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: SansfilError.from(error).code });
        return z.NEVER;
      }
    });
const name = refined<AccountName>(parseAccountName);
const peer = refined<PeerId>(parsePeerId);
const hex = (min: number, max = min) =>
  z
    .string()
    .regex(/^(?:[0-9a-f]{2})*$/)
    .min(2 * min)
    .max(2 * max)
    .transform((text) => fromHex(text));
const directoryName = z.string().regex(/^[\x21-\x7e]{1,64}$/);

const named = z.strictObject({ name });
const nothing = z.strictObject({});

export const PARAMS = {
  challenge: named,
  register: z.strictObject({ name, spki: hex(1, 600), clientNonce: hex(32), challenge: hex(CHALLENGE_BYTES), signature: hex(1, 512) }),
  login: z.strictObject({ name, peer, clientNonce: hex(32), challenge: hex(CHALLENGE_BYTES), signature: hex(1, 512) }),
  'account.show': nothing,
  lookup: named,
  'friends.request': named,
  'friends.accept': named,
  'friends.decline': named,
  'friends.remove': named,
  'friends.list': z.strictObject({ after: z.string().max(256).optional() }),
} as const;

export type Method = keyof typeof PARAMS;
export type ParamsOf<M extends Method> = z.infer<(typeof PARAMS)[M]>;
export const LOGIN_METHODS = ['challenge', 'register', 'login'] as const satisfies readonly Method[];
export type LoginMethod = (typeof LOGIN_METHODS)[number];
export type DeviceMethod = Exclude<Method, LoginMethod>;

const account = { name, devices: z.array(peer).min(1).max(DEVICES_PER_ACCOUNT_MAX) };
const friend = z.object({ ...account, state: z.enum(['outgoing', 'incoming', 'friend', 'removed']), grant: z.number().int().min(0).optional() });
const identity = { name, peer, tag: z.string().max(64), directory: directoryName };

/** Loose on purpose: a newer directory may say more than we know. */
export const RESULTS = {
  challenge: z.object({ directory: directoryName, challenge: hex(CHALLENGE_BYTES), serverTimeMs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
  register: z.object(identity),
  login: z.object({ ...identity, token: z.string().min(1).max(4_096) }),
  'account.show': z.object(identity),
  lookup: z.object(account),
  'friends.request': friend,
  'friends.accept': friend,
  'friends.decline': friend,
  'friends.remove': friend,
  'friends.list': z.object({ friends: z.array(friend).max(FRIENDS_PAGE), next: z.string().min(1).max(256).optional() }),
} as const satisfies { readonly [M in Method]: z.ZodType };

export type ResultOf<M extends Method> = z.infer<(typeof RESULTS)[M]>;
export type FriendEntry = ResultOf<'friends.request'>;

/** The one notice there is so far: ask `friends.list` again. */
export const noticeSchema = z.object({ type: z.literal('friends.changed') });

export const isMethod = (text: string): text is Method => Object.hasOwn(PARAMS, text);

/** @throws SansfilError REQUEST_INVALID | NAME_INVALID */
export function parseParams<M extends Method>(method: M, params: unknown): ParamsOf<M> {
  const parsed = PARAMS[method].safeParse(params ?? {});
  if (parsed.success) return parsed.data as ParamsOf<M>;
  const badName = parsed.error.issues.some(({ path, message }) => path[0] === 'name' && message === 'NAME_INVALID');
  throw new SansfilError(badName ? 'NAME_INVALID' : 'REQUEST_INVALID');
}

/** @throws SansfilError DIRECTORY_MALFORMED */
export function parseResult<M extends Method>(method: M, result: unknown): ResultOf<M> {
  const parsed = RESULTS[method].safeParse(result);
  if (!parsed.success) throw new SansfilError('DIRECTORY_MALFORMED', `the answer to ${method} is not well formed`);
  return parsed.data as ResultOf<M>;
}
