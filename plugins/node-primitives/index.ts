import { definePlugin, PRIMITIVES } from '../../core/index.js';
import { nodePrimitives } from './nodePrimitives.js';

export { nodePrimitives };

export default definePlugin({
  name: 'node-primitives',
  api: 1,
  needs: [],
  provides: [PRIMITIVES],
  register: ({ provide }) => {
    provide(PRIMITIVES).toConstantValue(nodePrimitives);
  },
});
