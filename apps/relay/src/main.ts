import { runProcess } from '#http-kit';
import { RelayModule } from './relay.module.js';

await runProcess({ roles: ['relay'], modules: [RelayModule] });
