import { SansfilError, type ErrorCode } from '../../core/index.js';

/** JSON-RPC 2.0, one document on each line (https://www.jsonrpc.org/specification). No batches, and no requests without an id. */
export type RpcId = string | number | null;

export interface RpcRequest {
  readonly id: RpcId;
  readonly method: string;
  readonly params: unknown;
}

/** The codes of the specification's §5.1; everything a command can fail with is APPLICATION, its own code in `data.code`. */
export const RPC_CODES = { parse: -32700, request: -32600, method: -32601, application: -32000 } as const;

const ID_CHARS_MAX = 128;

/** A request that cannot be answered as asked, with the id to answer to where one could be read. */
export class RpcProblem extends Error {
  override readonly name = 'RpcProblem';

  constructor(
    readonly rpcCode: number,
    readonly code: ErrorCode,
    message: string,
    readonly id: RpcId = null,
  ) {
    super(message);
  }
}

/** @throws RpcProblem */
export function parseRequest(line: Uint8Array): RpcRequest {
  const document = parseJson(line);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new RpcProblem(RPC_CODES.request, 'COMMAND_INVALID', 'a request is one JSON object');
  }
  const { jsonrpc, id, method, params }: Partial<Record<'jsonrpc' | 'id' | 'method' | 'params', unknown>> = document;
  if (!isId(id)) throw new RpcProblem(RPC_CODES.request, 'COMMAND_INVALID', 'a request has an id: a number or a short string');
  if (jsonrpc !== '2.0' || typeof method !== 'string') {
    throw new RpcProblem(RPC_CODES.request, 'COMMAND_INVALID', "a request has jsonrpc '2.0' and a method", id);
  }
  return { id, method, params };
}

export const resultLine = (id: RpcId, result: unknown): string => `${JSON.stringify({ jsonrpc: '2.0', id, result: result ?? null })}\n`;

export const factLine = (event: unknown): string => `${JSON.stringify({ jsonrpc: '2.0', method: 'fact', params: { event } })}\n`;

export function errorLine(id: RpcId, problem: unknown): string {
  const error =
    problem instanceof RpcProblem
      ? { code: problem.rpcCode, message: problem.message, data: { code: problem.code } }
      : applicationError(SansfilError.from(problem));
  return `${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`;
}

function applicationError({ message, code }: SansfilError): { code: number; message: string; data: { code: ErrorCode } } {
  return { code: RPC_CODES.application, message, data: { code } };
}

function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    throw new RpcProblem(RPC_CODES.parse, 'COMMAND_INVALID', 'the line is not one JSON document in UTF-8');
  }
}

function isId(id: unknown): id is string | number {
  return (typeof id === 'string' && id.length <= ID_CHARS_MAX) || (typeof id === 'number' && Number.isFinite(id));
}
