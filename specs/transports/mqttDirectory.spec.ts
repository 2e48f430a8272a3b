import { MqttDirectory } from '../../transports/mqtt/index.js';
import type { Directory, DirectoryConnectOptions } from '../../core/ports/directory.js';
import { directoryContract } from '../contracts/directory.contract.js';
import { pullableWire, startDirectory } from '../support/realDirectory.js';

directoryContract('MQTT and the embedded broker', async () => {
  const directory = await startDirectory();
  const wires = new Map<string, Awaited<ReturnType<typeof pullableWire>>>();
  const mqtt = new MqttDirectory();
  /** Each device has a wire of its own, so that the spec can pull it. */
  const port = (device: string): Directory => ({
    schemes: mqtt.schemes,
    connect: async (options: DirectoryConnectOptions, handler) => {
      const wire = wires.get(device) ?? (await pullableWire(directory.port));
      wires.set(device, wire);
      return mqtt.connect({ ...options, url: `mqtt://127.0.0.1:${wire.port}` }, handler);
    },
  });
  return {
    url: directory.broker.address,
    port,
    cut: (device) => wires.get(device)?.pull(),
    stop: async () => {
      for (const wire of wires.values()) await wire.close();
      await directory.stop();
    },
  };
});
