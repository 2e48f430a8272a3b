import { CONTACT_STORE, definePlugin, LOGGER, MESSAGE_STORE, SETTINGS, SETTINGS_STORE, SHARE_STORE, TRANSFER_STORE } from '../../core/index.js';
import { STORE_DATABASE, StoreDatabase } from './StoreDatabase.js';

export default definePlugin({
  name: 'sqlite-store',
  api: 1,
  needs: [SETTINGS, LOGGER],
  provides: [STORE_DATABASE, SETTINGS_STORE, CONTACT_STORE, MESSAGE_STORE, TRANSFER_STORE, SHARE_STORE],
  register: ({ provide }) => {
    provide(STORE_DATABASE)
      .toResolvedValue((settings, logger) => StoreDatabase.open(settings.dataFolder, logger), [SETTINGS, LOGGER])
      .inSingletonScope()
      .onDeactivation((database) => database[Symbol.asyncDispose]());
    provide(SETTINGS_STORE)
      .toResolvedValue((database) => database.settings, [STORE_DATABASE])
      .inSingletonScope();
    provide(CONTACT_STORE)
      .toResolvedValue((database) => database.contacts, [STORE_DATABASE])
      .inSingletonScope();
    provide(MESSAGE_STORE)
      .toResolvedValue((database) => database.messages, [STORE_DATABASE])
      .inSingletonScope();
    provide(TRANSFER_STORE)
      .toResolvedValue((database) => database.transfers, [STORE_DATABASE])
      .inSingletonScope();
    provide(SHARE_STORE)
      .toResolvedValue((database) => database.shares, [STORE_DATABASE])
      .inSingletonScope();
  },
});
