import { Module } from '@nestjs/common';
import { EventStoreModule } from '#event-store';
import { AgentBells } from './agent-bells.js';
import { BeatController } from './beat/beat.controller.js';
import { Beats } from './beats.js';
import { ChangeStatusController } from './change-status/change-status.controller.js';
import { PreviewStatusController } from './preview-status/preview-status.controller.js';
import { ReadStatusController } from './read-status/read-status.controller.js';
import { RegisterPushController } from './register-push/register-push.controller.js';
import { RotateTokens } from './rotate-tokens/rotate-tokens.js';
import { RotateTokensController } from './rotate-tokens/rotate-tokens.controller.js';
import { PasswordQueue } from './sign-in/password-queue.js';
import { LapsedSessions } from './sign-in/lapsed-sessions.js';
import { ShowBoxesController } from './show-boxes/show-boxes.controller.js';
import { ShowSelfController } from './show-self/show-self.controller.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignIn } from './sign-in/sign-in.js';
import { SignOutController } from './sign-out/sign-out.controller.js';
import { OwnStatusStreams } from './stream-own-status/own-status-streams.js';
import { StreamOwnStatusController } from './stream-own-status/stream-own-status.controller.js';

/** The agents' door: signing in and out, the switch, heartbeats, the own status as a stream. */
@Module({
  imports: [EventStoreModule],
  controllers: [
    SignInController,
    SignOutController,
    RotateTokensController,
    ChangeStatusController,
    ReadStatusController,
    PreviewStatusController,
    BeatController,
    RegisterPushController,
    StreamOwnStatusController,
    ShowSelfController,
    ShowBoxesController,
  ],
  providers: [AgentBells, Beats, LapsedSessions, OwnStatusStreams, PasswordQueue, RotateTokens, SignIn],
})
export class AgentApiModule {}
