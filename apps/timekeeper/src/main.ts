import { errorCatalogue } from '#contract';
import { runService } from '#http-kit';
import { TimekeeperModule } from './timekeeper.module.js';

await runService({ roles: ['timekeeper'], modules: [TimekeeperModule], errorCatalogue });
