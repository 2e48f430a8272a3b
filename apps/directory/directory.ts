import { openDirectory, type DirectoryRequest, type RunningDirectory } from '../shared/openDirectory.js';

/** The meeting place: the embedded broker and the directory service behind it, without a device. */
export const startDirectory = (request: DirectoryRequest): Promise<RunningDirectory> => openDirectory(request);
