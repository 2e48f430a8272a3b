/** A sample of the input of each machine that asks for one, by machine name. */
export const MACHINE_INPUTS: Readonly<Record<string, unknown>> = {
  session: { confirmMs: 1_000 },
  sender: { accepted: false },
  receiver: { accepted: false },
};
