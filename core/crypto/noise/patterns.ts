/** The tokens of Noise revision 34 §7 that our patterns use. */
export type NoiseToken = 'e' | 's' | 'ee' | 'es' | 'se';

/** `XX` of Noise §7.5: message by message, the initiator writes the first. */
export const XX: readonly (readonly NoiseToken[])[] = [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']];
