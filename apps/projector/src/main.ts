import { errorCatalogue } from '#contract';
import { runService } from '#http-kit';
import { ProjectorModule } from './projector.module.js';

await runService({ roles: ['projector'], modules: [ProjectorModule], errorCatalogue });
