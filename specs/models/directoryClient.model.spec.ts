import { describeModel } from './describeModel.js';
import { directoryClientModel } from './directoryClient.model.js';
import { DirectoryClientDriver } from './DirectoryClientDriver.js';

describeModel('a device at its directory', directoryClientModel, () => new DirectoryClientDriver().begin(), [
  ['start', 'register', 'the connection drops', 'wait', 'log in', 'stop'],
  ['start', 'register', 'the directory forgets', 'somebody takes the name', 'log in', 'register another name'],
  ['start', 'register', 'the directory goes', 'the directory comes', 'the directory forgets', 'wait for hours'],
]);
