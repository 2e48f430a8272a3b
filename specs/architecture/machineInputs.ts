/** A sample of the input of each machine that asks for one, by machine name. */
export const MACHINE_INPUTS: Readonly<Record<string, unknown>> = {};
