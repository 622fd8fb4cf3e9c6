import { Body, Controller, Post } from '@nestjs/common';
import { type OpenedSession, openedSession, type SignInBody, signInBody } from '#contract';
import { Allow, Answers, LimitedByAddress } from '#http-kit';
import { SignIn } from './sign-in.js';

@Controller('agent/v1/sessions')
export class SignInController {
  constructor(private readonly signIn: SignIn) {}

  @Post()
  @Allow('public')
  @LimitedByAddress('signIns')
  @Answers({
    status: 201,
    does: 'Signs an agent in: opens a session and brings the last intent back.',
    schema: openedSession,
    refuses: { 401: ['wrong-credentials'], 422: ['invalid-body'], 429: ['too-many-requests'] },
  })
  open(@Body({ schema: signInBody }) body: SignInBody): Promise<OpenedSession> {
    return this.signIn.open(body);
  }
}
