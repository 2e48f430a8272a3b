import { describeModel } from './describeModel.js';
import { sessionModel } from './session.model.js';
import { SessionDriver } from './SessionDriver.js';

describeModel('a session between two friends', sessionModel, () => SessionDriver.begin(), [
  ['pi calls', 'both call', 'line is cut', 'line heals', 'time passes'],
  ['board calls', 'line is cut', 'line heals', 'board crashes', 'board starts'],
  ['both call', 'line is cut', 'pi removes board', 'they befriend', 'line heals'],
]);
