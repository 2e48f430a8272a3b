/** The second door: a world in memory, for specs, the simulator and transports/memory. Nothing a device runs on. */

export { Network, type NetworkOptions } from './simulation/Network.js';
export { MemoryFileSink, MemoryFileSource, type MemoryFile } from './simulation/memoryFiles.js';
export { Rng } from './simulation/Rng.js';
export { explainIds } from './simulation/traceView/readTrace.js';
export { sequenceDiagram, sequenceLines, type DiagramLine, type DiagramOptions, type LineKind } from './simulation/traceView/sequenceDiagram.js';
export { SimulatedDevice } from './simulation/SimulatedDevice.js';
export { VirtualClock } from './simulation/VirtualClock.js';
export { draw, simulate, STORIES, type Drawn, type StoryName, type RunPlan, type Verdict } from './simulation/simulate.js';
export { type DeviceCrypto } from './simulation/deviceParts.js';
export { type MeetingPlace } from './simulation/SimulatedDirectory.js';
export { World, type WorldOptions, type WorldParts } from './simulation/World.js';
