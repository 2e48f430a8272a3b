import { describeModel } from './describeModel.js';
import { transferModel } from './transfer.model.js';
import { TransferDriver } from './TransferDriver.js';

describeModel('files that are offered', transferModel, () => Promise.resolve(new TransferDriver()), [
  ['offer', 'accept', 'link breaks', 'link comes', 'sender crashes', 'receiver crashes', 'finish'],
  ['offer', 'accept', 'decline', 'link breaks', 'link comes', 'sender cancels', 'receiver cancels', 'finish'],
  ['offer', 'accept', 'sender pauses', 'sender resumes', 'receiver pauses', 'receiver resumes', 'finish'],
  ['offer', 'accept', 'link breaks', 'link comes', 'sender pauses', 'sender resumes', 'finish'],
  ['offer', 'accept', 'link breaks', 'link comes', 'receiver pauses', 'receiver resumes', 'finish'],
  ['offer', 'accept', 'link breaks', 'link comes', 'source changes', 'disk fills', 'disk has room', 'finish'],
]);
