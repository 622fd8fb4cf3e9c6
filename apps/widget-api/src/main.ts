import { runProcess } from '#http-kit';
import { WidgetApiModule } from './widget-api.module.js';

await runProcess({ roles: ['widget-api'], modules: [WidgetApiModule] });
