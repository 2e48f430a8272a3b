import { openDevice, type DeviceRequest, type RunningDevice } from '../shared/openDevice.js';

/** The board on the wall: the usual device, in a kiosk. */
export const startViewboard = (request: DeviceRequest): Promise<RunningDevice> => openDevice(request);
