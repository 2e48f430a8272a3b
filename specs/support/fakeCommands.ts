import type { Command, CommandResults, Commands } from '../../core/events/commands.js';

/** Commands that are answered as the spec says, and kept. */
export class FakeCommands implements Commands {
  readonly asked: Command[] = [];

  constructor(public answer: (command: Command) => unknown = () => []) {}

  dispatch: Commands['dispatch'] = async (command) => {
    this.asked.push(command);
    return Promise.resolve((await this.answer(command)) as CommandResults[typeof command.type]);
  };
}
