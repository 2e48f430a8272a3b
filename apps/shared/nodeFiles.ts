/** The files of this machine, behind their ports: what is sent is read by the one, what is received is written by the other. */
export { NodeFileSink, type SinkFolders } from './nodeFileSink.js';
export { NodeFileSource } from './nodeFileSource.js';
