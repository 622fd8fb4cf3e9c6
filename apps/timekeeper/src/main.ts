import { runProcess } from '#http-kit';
import { TimekeeperModule } from './timekeeper.module.js';

await runProcess({ roles: ['timekeeper'], modules: [TimekeeperModule] });
