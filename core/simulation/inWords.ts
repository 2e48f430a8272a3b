/** `message.send board "salut"`: for the trace. */
export function inWords({ type, ...rest }: { readonly type: string }): string {
  return [type, ...Object.values(rest).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))].join(' ');
}
