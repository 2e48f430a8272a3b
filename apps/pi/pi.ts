import { openDevice, type DeviceRequest, type RunningDevice } from '../shared/openDevice.js';

/** A Raspberry Pi: the usual device, on a terminal. */
export const startPi = (request: DeviceRequest): Promise<RunningDevice> => openDevice(request);
