import { runProcess } from '#http-kit';
import { ProjectorModule } from './projector.module.js';

await runProcess({ roles: ['projector'], modules: [ProjectorModule] });
