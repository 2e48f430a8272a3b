import { z } from 'zod';
import { fromUtf8, utf8 } from '../base/bytes.js';
import { ERRORS, isErrorCode, SansfilError, type ErrorCode } from '../base/errors.js';
import { DIRECTORY_REQUEST_BYTES_MAX } from '../base/limits.js';

/** Requests and answers in the shape of JSON-RPC 2.0, PROTOCOL [P-7.3]. */
export interface RpcRequest {
  readonly id: number | string;
  readonly method: string;
  readonly params: unknown;
}

export type RpcAnswer =
  | { readonly id: number | string; readonly result: unknown }
  | { readonly id: number | string | null; readonly error: { readonly code: number; readonly message: string; readonly data: { readonly code: ErrorCode } } };

const id = z.union([z.number().int(), z.string().max(64)]);

const requestSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id,
  method: z.string().min(1).max(64),
  params: z.unknown(),
});

const answerSchema = z.union([
  z.strictObject({ jsonrpc: z.literal('2.0'), id, result: z.unknown() }),
  z.strictObject({
    jsonrpc: z.literal('2.0'),
    id: z.union([id, z.null()]),
    error: z.object({ code: z.number(), message: z.string().max(1_000), data: z.object({ code: z.string().max(64) }).optional() }),
  }),
]);

/** What the other side may know of a failure. Ours and bugs are one code: the log has the rest. */
const TOLD: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].blame === 'directory'),
  'REQUEST_INVALID',
  'REQUEST_TOO_LARGE',
  'METHOD_UNKNOWN',
  'NAME_INVALID',
  'ACCOUNT_UNKNOWN',
  'NAME_TAKEN',
  'ALREADY_REGISTERED',
  'FRIEND_UNKNOWN',
  'NO_REQUEST',
  'ALREADY_FRIENDS',
]);

/** JSON-RPC 2.0 §5.1 reserves these three; all else is a server error. */
const NUMBERS: { readonly [C in ErrorCode]?: number } = { METHOD_UNKNOWN: -32_601, REQUEST_INVALID: -32_602, REQUEST_TOO_LARGE: -32_600 };

export const toldCode = (error: unknown): ErrorCode => {
  const { code } = SansfilError.from(error);
  return TOLD.has(code) ? code : 'DIRECTORY_FAILED';
};

/** @throws SansfilError REQUEST_TOO_LARGE | REQUEST_INVALID */
function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > DIRECTORY_REQUEST_BYTES_MAX) throw new SansfilError('REQUEST_TOO_LARGE');
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (error) {
    throw new SansfilError('REQUEST_INVALID', 'not JSON in UTF-8', { cause: error });
  }
}

/** @throws SansfilError REQUEST_TOO_LARGE | REQUEST_INVALID */
export function parseRequest(bytes: Uint8Array): RpcRequest {
  const parsed = requestSchema.safeParse(parseJson(bytes));
  if (!parsed.success) throw new SansfilError('REQUEST_INVALID', z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data;
}

export function encodeRequest(request: RpcRequest): Uint8Array {
  return utf8(JSON.stringify({ jsonrpc: '2.0', ...request }));
}

export function encodeAnswer(answer: RpcAnswer): Uint8Array {
  return utf8(JSON.stringify({ jsonrpc: '2.0', ...answer }));
}

export function errorAnswer(requestId: number | string | null, error: unknown): RpcAnswer {
  const code = toldCode(error);
  return { id: requestId, error: { code: NUMBERS[code] ?? -32_000, message: ERRORS[code].sentence, data: { code } } };
}

/** An answer as the asker sees it; an error as one of ours. @throws SansfilError DIRECTORY_MALFORMED */
export function parseAnswer(
  bytes: Uint8Array,
): { readonly id: number | string | null; readonly result: unknown } | { readonly id: number | string | null; readonly error: SansfilError } {
  let json: unknown;
  try {
    json = parseJson(bytes);
  } catch (error) {
    throw new SansfilError('DIRECTORY_MALFORMED', 'an answer that is not JSON', { cause: error });
  }
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) throw new SansfilError('DIRECTORY_MALFORMED', 'an answer that is not JSON-RPC');
  const { data } = parsed;
  if (!('error' in data)) return { id: data.id, result: data.result };
  const code = data.error.data?.code ?? '';
  // A directory may not blame us for what only we can know (a bug, a full disk): such codes are no answer.
  const known = isErrorCode(code) && TOLD.has(code);
  return { id: data.id, error: known ? new SansfilError(code) : new SansfilError('DIRECTORY_MALFORMED', 'an answer with an unknown error') };
}
