import { runProcess } from '#http-kit';
import { AdminApiModule } from './admin-api.module.js';

await runProcess({ roles: ['admin-api'], modules: [AdminApiModule] });
