/** Samples of the input of each machine that asks for one, by machine name; every kind of beginning is among them. */
const MACHINE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  session: [{ confirmMs: 1_000 }],
  sender: [{ accepted: false }, { accepted: true }],
  receiver: [{ accepted: false }, { accepted: true }],
};

export const inputsOf = (name: string): readonly unknown[] => MACHINE_INPUTS[name] ?? [undefined];
