import { runProcess } from '#http-kit';
import { AgentApiModule } from './agent-api.module.js';

await runProcess({ roles: ['agent-api'], modules: [AgentApiModule] });
